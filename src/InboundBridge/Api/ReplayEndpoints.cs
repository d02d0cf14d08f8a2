using InboundBridge.Api.Json;
using InboundBridge.Api.Routing;
using InboundBridge.Http.Answers;
using InboundBridge.Operations.Principals;
using InboundBridge.Operations.Replaying;

namespace InboundBridge.Api;

/// <summary>Sends stored mail again, and compares where other rules would send it.</summary>
internal sealed class ReplayEndpoints(ReplayOperations replays, TimeProvider clock)
{
    public void Map(ApiRoutes routes)
    {
        routes.Post("/messages/{id}/replay", Operation.Replay, ReplayAsync)
            .Named("replayMessage", "Sends a stored message again, as new deliveries.")
            .Takes(ApiParameters.MessageId).TakesBody(typeof(ReplayRequest), "application/json", isOptional: true)
            .Answers(typeof(ReplayJson), "What is sent, or with dry_run would be sent.").Refuses(400, 404, 408, 409, 413);
        routes.Post("/replay", Operation.CompareRules, CompareAsync)
            .Named("compareRoutes",
                "Which stored messages would go elsewhere under the rules in force, or under rules in the request. Sends nothing.")
            .Takes(ApiParameters.Messages).Takes(ApiParameters.Page)
                .TakesBody(typeof(ComparisonRequest), "application/json", isOptional: true)
            .Answers(typeof(ComparisonJson), "The recipients that would go elsewhere.").Refuses(400, 408, 413, 422);
    }

    private async Task<IResult> ReplayAsync(ApiRequest request)
    {
        var (body, problem) = await ApiBody.ReadAsync<ReplayRequest>(request.Context);
        if (body is null)
            return problem!;
        var plan = new ReplayPlan(body.DryRun, body.ByRules, body.To);
        return await replays.ReplayAsync(request.Who, request.Path("id"), plan, request.Aborted) switch
        {
            ReplayOutcome.Planned(var deliveries, var refusals) => ApiJson.Of(ReplayJson.Of(true, deliveries.Count, deliveries, refusals)),
            ReplayOutcome.Sent(var count, var deliveries, var refusals) => ApiJson.Of(ReplayJson.Of(false, count, deliveries, refusals)),
            ReplayOutcome.Invalid(var wrong) => ApiProblem.BadRequest(wrong),
            ReplayOutcome.Refused(var reason) => ApiProblem.Of(StatusCodes.Status409Conflict, "Not replayed", reason),
            _ => ApiProblem.NotFound("such message"),
        };
    }

    private async Task<IResult> CompareAsync(ApiRequest request)
    {
        var query = request.ReadQuery();
        var (filter, cursor, limit) = (MessageEndpoints.FilterOf(query, clock), query.MessageCursor(), query.Limit());
        if (query.Problem is { } problem)
            return ApiProblem.BadRequest(problem);
        var (body, wrong) = await ApiBody.ReadAsync<ComparisonRequest>(request.Context);
        if (body is null)
            return wrong!;
        if (!body.DryRun)
            return ApiProblem.BadRequest("this only compares (dry_run: true); POST /api/v1/messages/{id}/replay sends a message again");
        return await replays.CompareAsync(request.Who, filter, cursor, limit, body.Rules, request.Aborted) switch
        {
            ComparisonOutcome.Compared found => ApiJson.Of(ComparisonJson.Of(found)),
            ComparisonOutcome.Unreadable(var problems) =>
                ApiProblem.Of(StatusCodes.Status422UnprocessableEntity, "The rules can't be read", string.Join('\n', problems.Items)),
            ComparisonOutcome.Invalid(var odd) => ApiProblem.BadRequest(odd),
            _ => throw new InvalidOperationException("an outcome without an answer"),
        };
    }
}
