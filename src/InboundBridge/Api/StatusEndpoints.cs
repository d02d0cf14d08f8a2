using InboundBridge.Api.Json;
using InboundBridge.Api.Routing;
using InboundBridge.Http.Answers;
using InboundBridge.Operations.Principals;
using InboundBridge.Operations.Status;

namespace InboundBridge.Api;

/// <summary>Rules in force, figures, and the reload.</summary>
internal sealed class StatusEndpoints(StatusOperations status, RuleOperations rules)
{
    public void Map(ApiRoutes routes)
    {
        routes.Get(
            "/rules", Operation.ListRules, request =>
                Task.FromResult(ApiJson.List(rules.List(request.Who).Select(RuleJson.Of), next: null)))
            .Named("listRules", "The rules in force, with hits and last hit.").Answers(typeof(PageJson<RuleJson>), "All of them.");
        routes.Get(
            "/rules/shadow", Operation.ShowShadow, request => Task.FromResult(ApiJson.Of(ShadowJson.Of(rules.ShowShadow(request.Who)))))
            .Named("shadowRules", "The shadow rules: how often their decision differed, and the latest differences.")
            .Answers(typeof(ShadowJson), "The comparison.");
        routes.Get("/stats", Operation.ShowStatistics, StatsAsync)
            .Named("stats", "Version, spool, deliveries by destination and state.").Answers(typeof(StatsJson), "The figures.");
        routes.Post("/reload", Operation.Reload, ReloadAsync).Named("reload", "Reads configuration and rules again.")
            .Answers(typeof(ReloadJson), "The new configuration is in force.").Refuses(409, 422);
    }

    private async Task<IResult> StatsAsync(ApiRequest request) =>
        ApiJson.Of(StatsJson.Of(await status.ShowStatisticsAsync(request.Who, request.Aborted)));

    private async Task<IResult> ReloadAsync(ApiRequest request) => await status.ReloadAsync(request.Who, request.Aborted) switch
    {
        null => ApiProblem.Of(
            StatusCodes.Status409Conflict, "Not reloaded", "this appliance has no configuration file to read again"),
        { Applied: true } report => ApiJson.Of(new ReloadJson(report.Version, report.Problems, report.RestartNeeded)),
        var refused =>
            Results.Json(
                ReloadProblemJson.Of(refused), ApiJson.Options, "application/problem+json", StatusCodes.Status422UnprocessableEntity),
    };
}
