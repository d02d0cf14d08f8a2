using InboundBridge.Hosting;
using InboundBridge.Http.Access;
using InboundBridge.Http.Answers;
using InboundBridge.Setup.Reloading;

namespace InboundBridge.Api;

/// <summary>Rules in force, reload, and the figures of the start page.</summary>
internal static class OperatingEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, ApiRoutes api)
    {
        routes.MapGet("/api/v1/rules", api.Read(_ =>
            Task.FromResult(ApiShapes.List(api.Parts.Reception.CurrentPolicy.Routing.Rules.Rules.Select(ApiShapes.Rule), next: null))));
        routes.MapGet("/api/v1/rules/shadow", api.Read(_ => Task.FromResult(Shadow(api.Parts))));
        routes.MapGet("/api/v1/stats", api.Read(_ => Task.FromResult(Stats(api.Parts))));
        routes.MapPost("/api/v1/reload", api.Change((context, caller) => ReloadAsync(context, caller, api)));
    }

    private static IResult Shadow(ApplianceParts parts) => Results.Json(
        new
        {
            Path = parts.Setup.Options.Rules.Shadow,
            Rules = parts.Setup.Shadow?.Rules.Rules.Count ?? 0,
            parts.Shadow.Compared,
            parts.Shadow.Diverged,
            parts.Shadow.Skipped,
            Items = parts.Shadow.Recent.Select(ApiShapes.Divergence),
            Next = (string?)null,
        },
        ApiShapes.Json);

    private static IResult Stats(ApplianceParts parts)
    {
        var totals = parts.Spool.Totals;
        return Results.Json(
            new
            {
                ApplianceParts.Version,
                ConfigVersion = parts.Reception.CurrentPolicy.Routing.ConfigVersion,
                RestartNeeded = parts.Reloader?.RestartNeeded ?? [],
                Ready = parts.Ready.Listening,
                Spool = new
                {
                    Condition = parts.Spool.Condition.ToString(),
                    totals.Messages,
                    totals.Bytes,
                    totals.FreeBytes,
                },
                Deliveries = totals.Deliveries.Select(tally => new { tally.Destination, State = ApiShapes.State(tally.State), tally.Count }),
            },
            ApiShapes.Json);
    }

    private static async Task<IResult> ReloadAsync(HttpContext context, ApiCaller caller, ApiRoutes api)
    {
        if (api.Parts.Reloader is not { } reloader)
            return ApiProblem.Of(StatusCodes.Status409Conflict, "Not reloaded", "this appliance runs without a configuration that could be read again");
        var (problems, restart) = await reloader.ReloadAsync($"token {caller.Name}", context.RequestAborted);
        api.Audit.Changed(caller, "reload", reloader.Current.Options.Version, problems.HasErrors ? 0 : 1);
        var lines = problems.Items.Select(problem => problem.ToString());
        return problems.HasErrors
            ? Results.Json(new { Type = "about:blank", Title = "Not reloaded, the old configuration stays", Status = 422, Problems = lines }, ApiShapes.Json, "application/problem+json", 422)
            : Results.Json(new { reloader.Current.Options.Version, Problems = lines, RestartNeeded = restart }, ApiShapes.Json);
    }
}
