using System.Net;
using InboundBridge.Http.Access;
using InboundBridge.Http.Answers;
using InboundBridge.MailFlow.Reception;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using Microsoft.AspNetCore.Http.Features;

namespace InboundBridge.Api;

/// <summary><c>POST /api/v1/messages?from=&amp;to=</c>: a mail without SMTP, by the same path: the same recipients, rules, limits, and the same promise.</summary>
internal static class SubmissionEndpoint
{
    /// <summary>The listener's name in rules, metrics and envelopes.</summary>
    private const string Listener = "http";

    public static void Map(IEndpointRouteBuilder routes, ApiRoutes api) =>
        routes.MapPost("/api/v1/messages", api.Change((context, caller) => TakeAsync(context, caller, api)));

    private static async Task<IResult> TakeAsync(HttpContext context, ApiCaller caller, ApiRoutes api)
    {
        var query = new ApiQuery(context.Request.Query, "from", "to");
        if (query.Problem is { } problem)
            return ApiProblem.BadRequest(problem);
        if (!context.Request.Query.ContainsKey("from"))
            return ApiProblem.BadRequest("from: name the sender; empty for the null reverse-path");
        SmtpAddress? sender = null;
        if (query.Text("from") is { } from && !SmtpAddressParser.TryParse(from, out sender))
            return ApiProblem.BadRequest($"from: '{from}' is no address");
        var recipients = new List<SmtpAddress>();
        foreach (var to in context.Request.Query["to"])
        {
            if (!SmtpAddressParser.TryParse(to ?? string.Empty, out var recipient))
                return ApiProblem.BadRequest($"to: '{to}' is no address");
            recipients.Add(recipient!);
        }
        var limits = api.Parts.Setup.Options.Smtp.Server.Limits;
        if (recipients.Count is 0 || recipients.Count > limits.Recipients)
            return ApiProblem.BadRequest($"to: from 1 to {limits.Recipients} recipients are taken, a 'to' each");
        if (context.Request.ContentLength > limits.MessageSize)
            return ApiProblem.Of(StatusCodes.Status413PayloadTooLarge, "Too large", $"a mail may have {limits.MessageSize} octets");
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = limits.MessageSize + 1;
        return await SubmitAsync(context, caller, api, sender, recipients);
    }

    private static async Task<IResult> SubmitAsync(HttpContext context, ApiCaller caller, ApiRoutes api, SmtpAddress? sender, List<SmtpAddress> recipients)
    {
        await using var receiver = new MailReceiver(Peer(context), api.Parts.Reception);
        using var deadline = new CancellationTokenSource(api.Parts.Setup.Options.Smtp.Server.Limits.DataTimeout, api.Parts.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        var stop = either.Token;
        if (await receiver.ConnectAsync(stop) is { IsPositive: false } unwelcome)
            return Refused(unwelcome, []);
        var mail = new MailCommand(sender)
        {
            Size = context.Request.ContentLength,
            Body = SmtpBodyType.EightBitMime,
            SmtpUtf8 = recipients.Append(sender).Any(address => address is { NeedsSmtpUtf8: true }),
        };
        if (await receiver.MailAsync(mail, stop) is { IsPositive: false } notFrom)
            return Refused(notFrom, []);
        var answers = new List<(SmtpAddress Recipient, SmtpReply Reply)>();
        foreach (var recipient in recipients)
            answers.Add((recipient, await receiver.RcptAsync(new RcptCommand(recipient), stop)));
        if (answers.TrueForAll(answer => !answer.Reply.IsPositive))
            return Refused((answers.Find(answer => answer.Reply.IsTransientFailure) is { Reply: { } later } ? later : answers[0].Reply), answers);
        var id = receiver.TransactionId;
        var limit = api.Parts.Setup.Options.Smtp.Server.Limits.MessageSize;
        SmtpReply reply;
        try
        {
            reply = (await receiver.DataAsync(new HttpMailBody(context.Request.Body, limit), stop))[0];
        }
        catch (OperationCanceledException late) when (deadline.IsCancellationRequested)
        {
            throw new BadHttpRequestException("the mail did not arrive in time (smtp.limits.data_timeout)", StatusCodes.Status408RequestTimeout, late);
        }
        receiver.Reset();
        if (!reply.IsPositive)
            return Refused(reply, answers);
        api.Audit.Changed(caller, "submit", id ?? string.Empty, 1);
        return Results.Json(new { Id = id, Reply = Text(reply), Recipients = answers.Select(Answer) }, ApiShapes.Json, statusCode: StatusCodes.Status201Created);
    }

    private static SmtpPeer Peer(HttpContext context)
    {
        var connection = context.Connection;
        var (remote, local) = (new IPEndPoint(connection.RemoteIpAddress ?? IPAddress.Loopback, connection.RemotePort), new IPEndPoint(connection.LocalIpAddress ?? IPAddress.Loopback, connection.LocalPort));
        return new SmtpPeer(Listener, SmtpListenerMode.Mx, remote, local) { Protocol = "HTTP" };
    }

    /// <summary>A refusal for good is the request's fault, a temporary one is ours or the time's.</summary>
    private static IResult Refused(SmtpReply reply, IReadOnlyList<(SmtpAddress Recipient, SmtpReply Reply)> answers)
    {
        var status = reply.IsTransientFailure ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status422UnprocessableEntity;
        var more = new Dictionary<string, object?>(StringComparer.Ordinal) { ["recipients"] = answers.Select(Answer).ToList() };
        return Results.Problem(Text(reply), statusCode: status, title: "Not accepted", extensions: more);
    }

    private static object Answer((SmtpAddress Recipient, SmtpReply Reply) answer) =>
        new Dictionary<string, object?>(StringComparer.Ordinal) { ["address"] = answer.Recipient.ToString(), ["reply"] = Text(answer.Reply) };

    private static string Text(SmtpReply reply) => reply.Enhanced is { } enhanced ? $"{reply.Code} {enhanced} {reply.Text}" : $"{reply.Code} {reply.Text}";
}
