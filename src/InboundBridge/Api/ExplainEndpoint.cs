using System.Net;
using System.Text;
using InboundBridge.Explaining;
using InboundBridge.Hosting;
using InboundBridge.Http.Access;
using InboundBridge.Http.Answers;
using InboundBridge.Logging;
using InboundBridge.MailFlow.Reception.Trials;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Api;

/// <summary><c>POST /api/v1/explain?from=&amp;to=&amp;client_ip=&amp;helo=</c>: a raw mail in, what would become of it out. Changes nothing, so a read token may.</summary>
internal static class ExplainEndpoint
{
    /// <summary>Trials at a time: each holds a whole mail and its requests in memory.</summary>
    private const int MostAtOnce = 2;

    /// <summary>For the whole body: 50 MB at 7 Mbit/s.</summary>
    private static readonly TimeSpan UploadTime = TimeSpan.FromMinutes(1);

    public static void Map(IEndpointRouteBuilder routes, ApiRoutes api)
    {
        var (uploads, trials) = (new UploadPlaces(), new SemaphoreSlim(MostAtOnce));
        routes.MapPost("/api/v1/explain", api.Read((context, caller) => ExplainAsync(context, caller, api.Parts, uploads, trials)));
    }

    private static async Task<IResult> ExplainAsync(HttpContext context, ApiCaller caller, ApplianceParts parts, UploadPlaces uploads, SemaphoreSlim trials)
    {
        var query = new ApiQuery(context.Request.Query, "from", "to", "client_ip", "helo");
        var client = IPAddress.Loopback;
        if (query.Problem is { } problem)
            return ApiProblem.BadRequest(problem);
        if (query.Text("client_ip") is { } ip && !IPAddress.TryParse(ip, out client))
            return ApiProblem.BadRequest($"client_ip: '{ip}' is no IP address");
        if (context.Request.Query["to"].Count == 0)
            return ApiProblem.BadRequest("to: the address of a recipient is needed, once for each");
        using var place = uploads.TryTake($"{caller.Name} {context.Connection.RemoteIpAddress}");
        if (place is null)
        {
            context.Response.Headers.RetryAfter = "5";
            return ApiProblem.Of(StatusCodes.Status429TooManyRequests, "Too many uploads", "too many mails of yours are still being explained or uploaded");
        }
        // Whole, before a place among the trials is taken: a slow client waits for itself alone.
        var limit = parts.Setup.Options.Smtp.Server.Limits.MessageSize;
        var octets = await UploadBody.ReadAsync(context, limit, UploadTime, parts.Clock, parts.Setup.Options.Spool.Path);
        await trials.WaitAsync(context.RequestAborted);
        try
        {
            var explainer = parts.CreateExplainer();
            var mail = new TrialMail
            {
                Sender = (query.Text("from") ?? string.Empty).Trim('<', '>'),
                Recipients = [.. context.Request.Query["to"].OfType<string>()],
                Octets = CrlfText.Of(octets),
                ClientIp = client,
                Helo = query.Text("helo") ?? "localhost",
            };
            if (mail.Problem() is { } wrong)
                return ApiProblem.BadRequest(wrong);
            var explanation = await explainer.ExplainAsync(mail, context.RequestAborted);
            return Results.Json(new ExplanationJson(HiderOf(parts.Setup.Secrets)).Of(explanation), ApiShapes.Json);
        }
        finally
        {
            trials.Release();
        }
    }

    /// <summary>The API shows no secret, not even to whoever may ask for everything else.</summary>
    private static Func<string, string> HiderOf(IReadOnlyList<string> secrets)
    {
        var filter = new SecretFilter(secrets);
        return text => filter.Hide(Encoding.UTF8.GetBytes(text)) is { } hidden ? Encoding.UTF8.GetString(hidden) : text;
    }
}
