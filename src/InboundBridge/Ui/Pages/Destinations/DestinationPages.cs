using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations;
using InboundBridge.Operations.Destinations;
using InboundBridge.Operations.Principals;
using InboundBridge.Operations.Traffic;
using InboundBridge.Ui.Routing;
using InboundBridge.Ui.Text;

namespace InboundBridge.Ui.Pages.Destinations;

/// <summary><c>/ui/destinations</c> and <c>/ui/destinations/{name}</c>: how each one is, and pause, resume and test.</summary>
internal sealed class DestinationPages(ApplianceOperations operations, TimeProvider clock)
{
    private const int MostFailures = 10;

    /// <summary>Destinations of the list whose last error is looked up, those in trouble first.</summary>
    private const int MostErrors = 20;

    /// <summary>Waiting deliveries of each state whose age is looked at.</summary>
    private const int MostAges = 500;

    public void Map(UiRoutes routes)
    {
        routes.Get("/destinations", Operation.ListDestinations, ListAsync);
        routes.Get("/destinations/{name}", Operation.ListDestinations, request => ShowAsync(request, null));
        routes.Post("/destinations/{name}/pause", Operation.Pause, PauseAsync);
        routes.Post("/destinations/{name}/resume", Operation.Resume, ResumeAsync);
        routes.Post("/destinations/{name}/test", Operation.Test, request => TestAsync(request, sendsEvent: false));
        routes.Post("/destinations/{name}/test-event", Operation.TestEvent, request => TestAsync(request, sendsEvent: true));
    }

    private async Task<UiAnswer> ListAsync(UiRequest request)
    {
        if (request.ReadQuery().Problem is { } problem)
            return UiAnswer.Trouble.Bad(problem);
        var items = await operations.Destinations.ListAsync(request.Who, request.Aborted);
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        var now = clock.GetUtcNow();
        foreach (var item in items.OrderBy(each => DestinationWords.Rank(each, now)).Take(MostErrors))
        {
            if (await LastErrorAsync(request, item) is { } error)
                errors[item.Name] = error;
        }
        return new UiAnswer.Page(
            "Destinations", typeof(DestinationListPage),
            new DestinationListModel(items, operations.Traffic.ShowDestinations(request.Who)) { Errors = errors });
    }

    private async Task<string?> LastErrorAsync(UiRequest request, DestinationStatus status)
    {
        if (status.Circuits is [{ Reason.Length: > 0 } circuit, ..])
            return circuit.Reason;
        foreach (var state in new[] { DeliveryState.Retrying, DeliveryState.Dead })
        {
            if (DestinationWords.Count(status, state) == 0)
                continue;
            var filter = new DeliveryFilter { Destination = status.Name, State = state };
            var newest = await operations.Deliveries.ListAsync(request.Who, filter, null, 1, request.Aborted);
            if (newest.Items is [{ LastReply: { } reply }])
                return reply.Text;
        }
        return null;
    }

    private async Task<WaitingAges?> AgesAsync(UiRequest request, DestinationStatus status)
    {
        if (DestinationWords.Waiting(status) == 0)
            return null;
        var states = new List<(IReadOnlyList<SpooledDelivery>, long)>();
        foreach (var state in new[] { DeliveryState.Pending, DeliveryState.Retrying })
        {
            var filter = new DeliveryFilter { Destination = status.Name, State = state };
            var newest = (await operations.Deliveries.ListAsync(request.Who, filter, null, MostAges, request.Aborted)).Items;
            states.Add((newest, DestinationWords.Count(status, state)));
        }
        return WaitingAges.Of(states, clock.GetUtcNow());
    }

    private async Task<UiAnswer> ShowAsync(UiRequest request, TestText? test)
    {
        if (request.ReadQuery().Problem is { } problem)
            return UiAnswer.Trouble.Bad(problem);
        var name = request.Path("name");
        if (await FindAsync(request, name) is not { } status)
            return Unknown(name);
        var failures = new List<SpooledDelivery>();
        foreach (var state in new[] { DeliveryState.Retrying, DeliveryState.Dead })
        {
            var filter = new DeliveryFilter { Destination = name, State = state };
            failures.AddRange((await operations.Deliveries.ListAsync(request.Who, filter, null, MostFailures, request.Aborted)).Items);
        }
        var hour = operations.Traffic.ShowDestinations(request.Who).GetValueOrDefault(name) ?? DestinationHour.Nothing;
        return new UiAnswer.Page(
            name, typeof(DestinationPage),
            new DestinationModel(
                status, hour, [.. failures.OrderByDescending(each => each.CreatedAt).Take(MostFailures)],
                await AgesAsync(request, status), test));
    }

    private async Task<UiAnswer> PauseAsync(UiRequest request)
    {
        var (name, reason) = (request.Path("name"), request.Form.Text("reason"));
        if (DestinationOperations.ProblemOf(reason) is { } problem)
            return UiAnswer.Trouble.Bad($"The reason {problem}.");
        return await operations.Destinations.PauseAsync(request.Who, name, reason, request.Aborted)
            ? new UiAnswer.Redirect(AddressOf(name), "Paused: no attempt is started until it is resumed.") : Unknown(name);
    }

    private async Task<UiAnswer> ResumeAsync(UiRequest request)
    {
        var name = request.Path("name");
        return await operations.Destinations.ResumeAsync(request.Who, name, request.Aborted)
            ? new UiAnswer.Redirect(AddressOf(name), "Resumed: attempts start again now.") : Unknown(name);
    }

    /// <summary>Shows the answer on the page itself: a test changes nothing that a reload could repeat by accident.</summary>
    private async Task<UiAnswer> TestAsync(UiRequest request, bool sendsEvent)
    {
        var name = request.Path("name");
        var outcome = sendsEvent
            ? await operations.Destinations.SendTestEventAsync(request.Who, name, request.Aborted)
            : await operations.Destinations.TestAsync(request.Who, name, request.Aborted);
        return outcome switch
        {
            DestinationTestOutcome.Answered(var answer) =>
                await ShowAsync(request, new TestText(answer is DeliveryOutcome.Delivered, answer.Reply.Text)),
            DestinationTestOutcome.TakesOnlyMail => UiAnswer.Trouble.Bad($"'{name}' is not a webhook, so it takes no test event."),
            _ => Unknown(name),
        };
    }

    private async Task<DestinationStatus?> FindAsync(UiRequest request, string name) =>
        (await operations.Destinations.ListAsync(request.Who, request.Aborted)).FirstOrDefault(each => each.Name == name);

    private UiAnswer.Trouble Unknown(string name) => UiAnswer.Trouble.NoDestination(
        operations.Names.Hint(name) is { } hint ? $"destination '{name}' ({hint})" : $"destination '{name}'");

    private static string AddressOf(string name) => $"/ui/destinations/{Uri.EscapeDataString(name)}";
}
