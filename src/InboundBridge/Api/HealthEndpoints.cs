using InboundBridge.Api;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Status;

namespace InboundBridge.Api;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: it would accept mail now.</summary>
internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, ReadyState ready, IMailSpool spool)
    {
        routes.MapGet("/healthz", () => Results.Text("ok\n"));
        routes.MapGet("/readyz", () => ready.Obstacle(spool) is { } obstacle
            ? Results.Text($"{obstacle}\n", statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("ready\n"));
    }
}
