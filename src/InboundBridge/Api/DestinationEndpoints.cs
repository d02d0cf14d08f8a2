using InboundBridge.Api.Json;
using InboundBridge.Api.Routing;
using InboundBridge.Http.Answers;
using InboundBridge.Operations.Destinations;
using InboundBridge.Operations.Principals;

namespace InboundBridge.Api;

/// <summary><c>/api/v1/destinations</c>.</summary>
internal sealed class DestinationEndpoints(DestinationOperations destinations, DestinationNames names)
{
    private const string Base = "/destinations";

    private static readonly ApiParameter SendsEvent =
        new("event", ApiParameterKind.Flag, "True: sends a webhook a signed request of type inboundbridge.test and returns its answer.");

    public void Map(ApiRoutes routes)
    {
        routes.Get(Base, Operation.ListDestinations, ListAsync).Named("listDestinations", "Every configured destination.")
            .Answers(typeof(PageJson<DestinationJson>), "All of them.");
        routes.Post(Base + "/{name}/pause", Operation.Pause, PauseAsync)
            .Named("pauseDestination", "Starts no more attempts until it is resumed, even after a restart.")
            .Takes(ApiParameters.DestinationName).TakesBody(typeof(PauseRequest), "application/json", isOptional: true)
            .AnswersNothing("Done.").Refuses(400, 404, 408, 413);
        routes.Post(Base + "/{name}/resume", Operation.Resume, ResumeAsync)
            .Named("resumeDestination", "Starts attempts again at once, even if its circuit is open.")
            .Takes(ApiParameters.DestinationName).AnswersNothing("Done.").Refuses(404);
        routes.Post(Base + "/{name}/test", Operation.Test, TestAsync)
            .Named("testDestination", "Checks whether it answers, without a delivery; or sends it a test event.")
            .Takes(ApiParameters.DestinationName, SendsEvent).Answers(typeof(TestJson), "Its answer.").Refuses(400, 404);
    }

    private async Task<IResult> ListAsync(ApiRequest request) =>
        ApiJson.List((await destinations.ListAsync(request.Who, request.Aborted)).Select(DestinationJson.Of), next: null);

    private async Task<IResult> PauseAsync(ApiRequest request)
    {
        var name = request.Path("name");
        var (body, problem) = await ApiBody.ReadAsync<PauseRequest>(request.Context);
        if (body is null)
            return problem!;
        var reason = body.Reason?.Trim() is { Length: > 0 } text ? text : null;
        if (DestinationOperations.ProblemOf(reason) is { } wrong)
            return ApiProblem.BadRequest($"reason: {wrong}");
        return await destinations.PauseAsync(request.Who, name, reason, request.Aborted) ? Results.NoContent() : Unknown(name);
    }

    private async Task<IResult> ResumeAsync(ApiRequest request)
    {
        var name = request.Path("name");
        return await destinations.ResumeAsync(request.Who, name, request.Aborted) ? Results.NoContent() : Unknown(name);
    }

    private async Task<IResult> TestAsync(ApiRequest request)
    {
        var (name, query) = (request.Path("name"), request.ReadQuery());
        var sends = query.Flag(SendsEvent.Name);
        if (query.Problem is { } problem)
            return ApiProblem.BadRequest(problem);
        var outcome = sends
            ? await destinations.SendTestEventAsync(request.Who, name, request.Aborted)
            : await destinations.TestAsync(request.Who, name, request.Aborted);
        return outcome switch
        {
            DestinationTestOutcome.Answered(var answer) => ApiJson.Of(TestJson.Of(answer)),
            DestinationTestOutcome.TakesOnlyMail => ApiProblem.BadRequest($"event: '{name}' is not a webhook and accepts only mail"),
            _ => Unknown(name),
        };
    }

    private IResult Unknown(string name) =>
        ApiProblem.NotFound(names.Hint(name) is { } hint ? $"destination '{name}' ({hint})" : $"destination '{name}'");
}
