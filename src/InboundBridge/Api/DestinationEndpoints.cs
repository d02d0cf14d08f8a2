using InboundBridge.Http.Access;
using InboundBridge.Http.Answers;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.Rules.Yaml;

namespace InboundBridge.Api;

/// <summary><c>/api/v1/destinations</c>.</summary>
internal static class DestinationEndpoints
{
    private const string Base = "/api/v1/destinations";

    public static void Map(IEndpointRouteBuilder routes, ApiRoutes api)
    {
        routes.MapGet(Base, api.Read(async context =>
            ApiShapes.List((await api.Parts.Queue.ListDestinationsAsync(context.RequestAborted)).Select(ApiShapes.Destination), next: null)));
        routes.MapPost(Base + "/{name}/pause", api.Change((context, caller) => PauseAsync(context, caller, api)));
        routes.MapPost(Base + "/{name}/resume", api.Change((context, caller) => ResumeAsync(context, caller, api)));
        routes.MapPost(Base + "/{name}/test", api.Change((context, caller) => TestAsync(context, caller, api)));
    }

    private static async Task<IResult> PauseAsync(HttpContext context, ApiCaller caller, ApiRoutes api)
    {
        var name = Name(context);
        if (!await api.Parts.Queue.PauseAsync(name, $"paused by {caller.Name}", context.RequestAborted))
            return Unknown(name, api);
        api.Audit.Changed(caller, "pause", name, 1);
        return Results.NoContent();
    }

    private static async Task<IResult> ResumeAsync(HttpContext context, ApiCaller caller, ApiRoutes api)
    {
        var name = Name(context);
        if (!await api.Parts.Queue.ResumeAsync(name, context.RequestAborted))
            return Unknown(name, api);
        api.Audit.Changed(caller, "resume", name, 1);
        return Results.NoContent();
    }

    /// <summary>With <c>?event=true</c> the receiver gets a signed request; else it is only asked whether it is there.</summary>
    private static async Task<IResult> TestAsync(HttpContext context, ApiCaller caller, ApiRoutes api)
    {
        var name = Name(context);
        var query = new ApiQuery(context.Request.Query, "event");
        var sends = query.Flag("event");
        if (query.Problem is { } problem)
            return ApiProblem.BadRequest(problem);
        if (!api.Parts.ConfiguredDestinations().Contains(name, StringComparer.Ordinal))
            return Unknown(name, api);
        var outcome = sends ? await api.Parts.Queue.SendTestEventAsync(name, context.RequestAborted) : await api.Parts.Queue.TestAsync(name, context.RequestAborted);
        if (outcome is null)
            return ApiProblem.BadRequest($"event: '{name}' is no webhook, and takes nothing but mail");
        if (sends)
            api.Audit.Changed(caller, "test_event", name, 1);
        return Results.Json(new { Ok = outcome is DeliveryOutcome.Delivered, Reply = outcome.Reply.Text }, ApiShapes.Json);
    }

    private static string Name(HttpContext context) => (string)context.Request.RouteValues["name"]!;

    private static IResult Unknown(string name, ApiRoutes api)
    {
        var hint = NearestName.Hint(name, api.Parts.ConfiguredDestinations());
        return ApiProblem.NotFound(hint is null ? $"destination '{name}'" : $"destination '{name}' ({hint})");
    }
}
