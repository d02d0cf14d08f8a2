using InboundBridge.Api;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Status;

namespace InboundBridge.Api;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: it would accept mail now.</summary>
internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, ReadyState ready, IMailSpool spool)
    {
        routes.MapGet("/healthz", context => Results.Text("ok\n").ExecuteAsync(context));
        routes.MapGet("/readyz", context => Ready(ready.Obstacle(spool)).ExecuteAsync(context));
    }
    private static IResult Ready(string? obstacle) => obstacle is null
        ? Results.Text("ready\n")
        : Results.Text($"{obstacle}\n", statusCode: StatusCodes.Status503ServiceUnavailable);
}
