using InboundBridge.Api;
using InboundBridge.Http.Answers;
using InboundBridge.Http.Connections;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Status;

namespace InboundBridge.Api;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: it would take a mail now.</summary>
internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, ReadyState ready, IMailSpool spool)
    {
        routes.MapGet("/healthz", () => Results.Text("ok\n"));
        // Its content comes with the key mta_sts; until then no mail server may take an answer for a policy.
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
