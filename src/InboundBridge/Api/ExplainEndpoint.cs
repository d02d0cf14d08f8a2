using System.Net;
using InboundBridge.Api.Json;
using InboundBridge.Api.Routing;
using InboundBridge.Explaining;
using InboundBridge.Http.Answers;
using InboundBridge.MailFlow.Reception.Trials;
using InboundBridge.Operations.Mails;
using InboundBridge.Operations.Principals;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Api;

/// <summary>
/// <c>POST /api/v1/explain?from=&amp;to=&amp;client_ip=&amp;helo=</c>: takes a raw mail and answers what would happen to it.
/// </summary>
/// <param name="temporaryFolder">The folder that buffers large uploads.</param>
internal sealed class ExplainEndpoint(ExplainOperation explaining, Func<string> temporaryFolder, TimeProvider clock)
{
    /// <summary>For the whole body: 50 MB at 7 Mbit/s.</summary>
    private static readonly TimeSpan UploadTime = TimeSpan.FromMinutes(1);

    private readonly UploadPlaces _uploads = new();

    public void Map(ApiRoutes routes) => routes.Post("/explain", Operation.Explain, ExplainAsync)
        .Named("explain", "What would happen to a mail: replies, each rule with its conditions, the plan, the requests. No side effects.")
        .Takes(
            new ApiParameter("from", ApiParameterKind.Text, "The envelope's sender; without it the null reverse-path."),
            ApiParameters.Recipients,
            new ApiParameter("client_ip", ApiParameterKind.Text, "The client's address."),
            new ApiParameter("helo", ApiParameterKind.Text, "The name that the client gives in EHLO."))
        .TakesMail().Answers(typeof(System.Text.Json.Nodes.JsonObject), "The explanation (docs/api.md).").Refuses(400, 408, 413);

    private async Task<IResult> ExplainAsync(ApiRequest request)
    {
        var (context, query) = (request.Context, request.ReadQuery());
        var client = IPAddress.Loopback;
        if (query.Problem is { } problem)
            return ApiProblem.BadRequest(problem);
        if (query.Text("client_ip") is { } ip && !IpAddressText.TryParse(ip, out client))
            return ApiProblem.BadRequest($"client_ip: '{ip}' is not an IP address, {IpAddressText.Examples}");
        if (context.Request.Query["to"].Count == 0)
            return ApiProblem.BadRequest("to: the address of each recipient is required");
        using var place = _uploads.TryTake($"{request.Who.Name} {context.Connection.RemoteIpAddress}");
        if (place is null)
        {
            context.Response.Headers.RetryAfter = "5";
            return ApiProblem.Of(
                StatusCodes.Status429TooManyRequests, "Too many uploads", "too many of your mails are still being uploaded or explained");
        }
        // The whole body arrives before the trial begins: a slow client makes only itself wait.
        var octets = await UploadBody.ReadAsync(context, explaining.LargestMail, UploadTime, clock, temporaryFolder());
        var mail = new TrialMail
        {
            Sender = (query.Text("from") ?? string.Empty).Trim('<', '>'),
            Recipients = [.. context.Request.Query["to"].OfType<string>()],
            Octets = CrlfText.Of(octets),
            ClientIp = client,
            Helo = query.Text("helo") ?? "localhost",
        };
        return await explaining.ExplainAsync(request.Who, mail, request.Aborted) switch
        {
            ExplainOutcome.Explained(var explanation, var hide) => ApiJson.Of(new ExplanationJson(hide).Of(explanation)),
            ExplainOutcome.Invalid(var wrong) => ApiProblem.BadRequest(wrong),
            _ => throw new InvalidOperationException("an outcome without an answer"),
        };
    }
}
