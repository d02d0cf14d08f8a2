using InboundBridge.Api;
using InboundBridge.Http.Answers;
using InboundBridge.Http.Connections;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Status;

namespace InboundBridge.Api;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: it would accept mail now.</summary>
internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, ReadyState ready, IMailSpool spool)
    {
        routes.MapGet("/healthz", () => Results.Text("ok\n"));
        // The configuration has no MTA-STS policy yet: answer 404, so that no mail
        // server takes something else for a policy (RFC 8461 §3.3).
        routes.MapGet(PublicSide.MtaStsPath, () => ApiProblem.NotFound("MTA-STS policy: this version serves none"));
        routes.MapGet("/readyz", () =>
        {
            if (!ready.Listening)
                return Results.Text("not listening\n", statusCode: StatusCodes.Status503ServiceUnavailable);
            return spool.Condition == SpoolCondition.Ready
                ? Results.Text("ready\n")
                : Results.Text($"spool: {spool.Condition}\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        });
    }
}
