using InboundBridge.Configuration.RuleFiles;
using InboundBridge.Configuration.Sources;
using InboundBridge.Http.Access;
using InboundBridge.Http.Answers;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations;
using InboundBridge.Rules;
using InboundBridge.Rules.Yaml;

namespace InboundBridge.Api;

/// <summary>Sending stored mail again, and the question what other rules would make of it.</summary>
internal static class ReplayEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, ApiRoutes api)
    {
        routes.MapPost("/api/v1/messages/{id}/replay", api.Change((context, caller) => ReplayAsync(context, caller, api)));
        // Rules that come along are run, scripts too: not for whoever may only look.
        routes.MapPost("/api/v1/replay", api.Change((context, _) => CompareAsync(context, api)));
    }

    private static async Task<IResult> ReplayAsync(HttpContext context, ApiCaller caller, ApiRoutes api)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        var (request, problem) = await ApiBody.ReadAsync<ReplayRequest>(context);
        if (problem is not null)
            return problem;
        if (await api.Parts.Spool.FindMessageAsync(id, context.RequestAborted) is not { } message)
            return ApiProblem.NotFound("such message");
        if (WrongDestination(request!, api) is { } wrong)
            return ApiProblem.BadRequest(wrong);
        var plan = request!.ByRules ? await Diff(api, api.Parts.Reception.CurrentPolicy.Routing).PlanAsync(message, context.RequestAborted) : null;
        var planned = request.To is { } to
            ? [ToOne(message, to, api.Parts.Clock)]
            : plan?.Deliveries ?? (request.ByRules ? [] : await api.Parts.Queue.PlanReplayAsync(id, context.RequestAborted));
        var refusals = plan?.Refusals.OfType<RuleRefusal>().Select(refusal => $"{refusal.Code} {refusal.Enhanced} {refusal.Text}").ToList() ?? [];
        if (request.DryRun)
            return Results.Json(new { DryRun = true, Deliveries = planned.Count, Items = planned.Select(Planned), Refusals = refusals }, ApiShapes.Json);
        var count = await api.Parts.Queue.ReplayAsync(id, planned, context.RequestAborted);
        if (count == 0)
            return ApiProblem.Of(
                StatusCodes.Status409Conflict,
                "Not replayed",
                refusals.Count > 0 ? $"the rules refuse it: {refusals[0]}" : WhyNot(message, planned.Count, api));
        api.Audit.Changed(caller, "replay", id, count);
        return Results.Json(new { DryRun = false, Deliveries = count, Items = planned.Select(Planned), Refusals = refusals }, ApiShapes.Json);
    }

    private static string WhyNot(SpooledMessage message, int planned, ApiRoutes api) =>
        message.IsErased ? "the message was deleted: its octets are gone"
        : planned > 0 ? "the message's octets are gone"
        : $"the message has never had a destination; name one with 'to' (--to on the command line){DestinationsOf(api)}";

    /// <summary>The names that there are, for whoever has to choose one.</summary>
    internal static string DestinationsOf(ApiRoutes api) =>
        api.Parts.ConfiguredDestinations() is { Count: > 0 } names ? $" ({string.Join(", ", names)})" : " (the configuration has none yet)";

    private static string? WrongDestination(ReplayRequest request, ApiRoutes api)
    {
        if (request.To is not { } to)
            return null;
        if (request.ByRules)
            return "to: 'by_rules' asks the rules where it goes; give one of the two";
        var names = api.Parts.ConfiguredDestinations();
        return names.Contains(to, StringComparer.Ordinal) ? null : $"to: there is no destination '{to}'{(NearestName.Hint(to, names) is { } hint ? $" ({hint})" : DestinationsOf(api))}";
    }

    /// <summary>The queue makes a replay of it, with an id and times of its own.</summary>
    private static SpooledDelivery ToOne(SpooledMessage message, string destination, TimeProvider clock) => new()
    {
        Id = string.Empty,
        MessageId = message.Id,
        Destination = destination,
        Recipients = [.. message.Envelope.Recipients.Select(recipient => new MailRecipient(recipient.Address))],
        CreatedAt = clock.GetUtcNow(),
    };

    private static async Task<IResult> CompareAsync(HttpContext context, ApiRoutes api)
    {
        var query = new ApiQuery(context.Request.Query, MessageEndpoints.Filters);
        var filter = MessageEndpoints.FilterOf(query, api);
        var limit = query.Limit();
        if (query.Problem is { } wrong)
            return ApiProblem.BadRequest(wrong);
        var (request, problem) = await ApiBody.ReadAsync<ReplayDiffRequest>(context);
        if (problem is not null)
            return problem;
        if (!request!.DryRun)
            return ApiProblem.BadRequest("this only compares (dry_run: true); POST /api/v1/messages/{id}/replay sends a message again");
        var problems = new SourceProblems();
        var policy = api.Parts.Reception.CurrentPolicy.Routing;
        if (request.Rules is { } files)
        {
            if (UploadedRules.Problem(files) is { } odd)
                return ApiProblem.BadRequest(odd);
            if (Read(files.ToDictionary(file => file.Key, file => file.Value!, StringComparer.Ordinal), api, problems) is not { } rules)
                return ApiProblem.Of(StatusCodes.Status422UnprocessableEntity, "The rules can't be read", string.Join('\n', problems.Items));
            policy = policy with { Rules = rules };
        }
        var page = await api.Parts.Spool.ListMessagesAsync(filter, query.Cursor, limit, context.RequestAborted);
        var diff = Diff(api, policy);
        var (changes, gone) = (new List<RouteChange>(), 0);
        foreach (var message in page.Items)
        {
            if (await diff.CompareAsync(message, context.RequestAborted) is { } found)
                changes.AddRange(found);
            else
                gone++;
        }
        return Results.Json(new { Examined = page.Items.Count, Gone = gone, Items = changes.Select(Change), page.Next }, ApiShapes.Json);
    }

    private static RouteDiff Diff(ApiRoutes api, RoutingPolicy policy) =>
        new(api.Parts.Spool, api.Parts.Reception.Router, policy with { IsDryRun = true }, api.Parts.Reception.CurrentPolicy.Mime);

    private static RuleSet? Read(IReadOnlyDictionary<string, string> files, ApiRoutes api, SourceProblems problems)
    {
        var source = new ConfigurationSource
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal),
            CurrentFolder = UploadedRules.Folder,
            MachineName = api.Parts.Setup.Options.Hostname,
            Files = new UploadedRules(files),
        };
        return new RuleFolder(source).Load(UploadedRules.Folder, api.Parts.Setup.Options, problems);
    }

    private static object Planned(SpooledDelivery delivery) => new
    {
        delivery.Destination,
        Recipients = delivery.Recipients.Select(recipient => recipient.Address),
        delivery.Rule,
        delivery.HoldReason,
    };

    private static object Change(RouteChange change) => new { Message = ApiShapes.Message(change.Message), change.Recipient, change.Before, change.After };
}
