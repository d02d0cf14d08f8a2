using System.Net;
using InboundBridge.Api.Json;
using InboundBridge.Api.Routing;
using InboundBridge.Http.Answers;
using InboundBridge.Operations.Mails;
using InboundBridge.Operations.Principals;
using InboundBridge.Smtp.Protocol;
using Microsoft.AspNetCore.Http.Features;

namespace InboundBridge.Api;

/// <summary><c>POST /api/v1/messages?from=&amp;to=</c>: takes a mail without SMTP.</summary>
internal sealed class SubmissionEndpoint(SubmitOperation submitting)
{
    public void Map(ApiRoutes routes) =>
        routes.Post("/messages", Operation.Submit, TakeAsync).Named("submitMessage", "Submits a mail, which takes the same path as one received by SMTP.")
        .Takes(
            new ApiParameter(
                "from", ApiParameterKind.Text, "The envelope's sender; empty for the null reverse-path.")
            { IsRequired = true },
            ApiParameters.Recipients,
            new ApiParameter("client_ip", ApiParameterKind.Text, "The client that the mail is checked for. Default: who asks."),
            new ApiParameter("helo", ApiParameterKind.Text, "What that client said in EHLO."))
        .TakesMail().Answers(typeof(SubmissionJson), "The mail is accepted and durable.", StatusCodes.Status201Created)
            .Refuses(400, 408, 413, 422, 503);

    private async Task<IResult> TakeAsync(ApiRequest request)
    {
        var (context, query, limits) = (request.Context, request.ReadQuery(), submitting.Limits);
        if (query.Problem is { } problem)
            return ApiProblem.BadRequest(problem);
        if (!context.Request.Query.ContainsKey("from"))
            return ApiProblem.BadRequest("from: give the sender; empty for the null reverse-path");
        SmtpAddress? sender = null;
        if (query.Text("from") is { } from && !SmtpAddressParser.TryParse(from, out sender))
            return ApiProblem.BadRequest($"from: '{from}' is not an address");
        IPAddress? client = null;
        if (query.Text("client_ip") is { } ip && !IpAddressText.TryParse(ip, out client))
            return ApiProblem.BadRequest($"client_ip: '{ip}' is not an IP address, {IpAddressText.Examples}");
        var helo = query.Text("helo");
        if (helo is not null && (helo.Length is 0 or > 255 || helo.Any(letter => letter is <= ' ' or > '~')))
            return ApiProblem.BadRequest($"helo: '{helo}' is not a name for HELO");
        var recipients = new List<SmtpAddress>();
        foreach (var to in context.Request.Query["to"])
        {
            if (!SmtpAddressParser.TryParse(to ?? string.Empty, out var recipient))
                return ApiProblem.BadRequest($"to: '{to}' is not an address");
            recipients.Add(recipient!);
        }
        if (recipients.Count is 0 || recipients.Count > limits.Recipients)
            return ApiProblem.BadRequest($"to: give 1 to {limits.Recipients} recipients, each in a 'to' of its own");
        if (context.Request.ContentLength > limits.MessageSize)
            return ApiProblem.Of(StatusCodes.Status413PayloadTooLarge, "Too large", $"a mail may have at most {limits.MessageSize} octets");
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = limits.MessageSize + 1;
        return Answer(await submitting.SubmitAsync(request.Who, MailOf(context, sender, recipients, client, helo), request.Aborted));
    }

    private static Submission MailOf(
        HttpContext context, SmtpAddress? sender, List<SmtpAddress> recipients, IPAddress? client, string? helo)
    {
        var connection = context.Connection;
        return new Submission(
            sender,
            recipients,
            client is null
                ? new IPEndPoint(connection.RemoteIpAddress ?? IPAddress.Loopback, connection.RemotePort) : new IPEndPoint(client, 0),
            new IPEndPoint(connection.LocalIpAddress ?? IPAddress.Loopback, connection.LocalPort),
            context.Request.ContentLength,
            context.Request.Body)
        { Helo = helo };
    }

    private static IResult Answer(SubmissionOutcome outcome) => outcome switch
    {
        SubmissionOutcome.Accepted accepted =>
            Results.Json(SubmissionJson.Of(accepted), ApiJson.Options, statusCode: StatusCodes.Status201Created),
        SubmissionOutcome.Refused refused => Refuse(refused),
        SubmissionOutcome.TooSlow =>
            throw new BadHttpRequestException(
                "the mail did not arrive in time (smtp.limits.data_timeout)", StatusCodes.Status408RequestTimeout),
        _ => throw new InvalidOperationException("an outcome without an answer"),
    };

    /// <summary>422 for a permanent refusal: the request is at fault. 503 for a temporary one: the client may try again later.</summary>
    private static IResult Refuse(SubmissionOutcome.Refused refused)
    {
        var status = refused.Reply.IsTransientFailure ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status422UnprocessableEntity;
        var more = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["recipients"] = refused.Recipients.Select(answer => new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["address"] = answer.Recipient.ToString(),
                ["reply"] = RecipientReplyJson.TextOf(answer.Reply),
            }).ToList(),
        };
        return Results.Problem(RecipientReplyJson.TextOf(refused.Reply), statusCode: status, title: "Not accepted", extensions: more);
    }
}
