using InboundBridge.Api.Routing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations;
using InboundBridge.Operations.Deliveries;
using InboundBridge.Operations.Principals;
using InboundBridge.Ui.Routing;
using InboundBridge.Ui.Text;

namespace InboundBridge.Ui.Pages.Deliveries;

/// <summary><c>/ui/deliveries</c>: the list, and changes to one delivery or to all that a filter selects.</summary>
internal sealed class DeliveryPages(ApplianceOperations operations)
{
    /// <summary>Deliveries of a page.</summary>
    private const int PageSize = 50;

    public void Map(UiRoutes routes)
    {
        routes.Get("/deliveries", Operation.ListDeliveries, ListAsync);
        foreach (var action in Enum.GetValues<DeliveryAction>())
        {
            var operation = Operation.Of(action);
            routes.Post($"/deliveries/{{id}}/{operation.Name}", operation, request => ChangeAsync(request, action));
            routes.Post($"/deliveries/{operation.Name}", operation, request => ChangeAllAsync(request, action));
        }
    }

    private async Task<UiAnswer> ListAsync(UiRequest request)
    {
        var known = await operations.Names.ListKnownAsync(request.Aborted);
        var query = request.ReadQuery("state", "destination", "message", PageTrail.CursorName, PageTrail.WayName);
        var filter = FilterOf(query, known);
        var text = new DeliveryFilterText(query.Text("state"), query.Text("destination"), query.Text("message"));
        var trail = PageTrail.Read(query, ApiQuery.IsDeliveryCursor);
        if (query.Problem is { } problem)
            return Page(
                new DeliveryListModel(text, [], known, 0, problem, trail.Links(null, text.Address), null),
                StatusCodes.Status400BadRequest);
        var page = await operations.Deliveries.ListAsync(request.Who, filter, trail.Cursor, PageSize, request.Aborted);
        var tallies = await operations.Deliveries.TallyAsync(request.Who, filter, request.Aborted);
        var pager = trail.Links(page.Next, text.Address);
        return Page(
            new DeliveryListModel(text, page.Items, known, tallies.Sum(tally => tally.Count), null, pager, page.Searched)
            {
                Actions = [.. BulkActions.For(tallies).Select(action => Operation.Of(action).Name)],
                Destinations = page.Items.Any(delivery => DeliveryTransitions.IsOpen(delivery.State))
                    ? await operations.Destinations.ListAsync(request.Who, request.Aborted) : [],
            },
            StatusCodes.Status200OK);
    }

    private async Task<UiAnswer> ChangeAsync(UiRequest request, DeliveryAction action)
    {
        var id = request.Path("id");
        var back = LocalAddress.Of(request.Form.Text("back")) ?? "/ui/deliveries";
        var to = request.Form.Text("to");
        if (to is not null && !operations.Names.IsConfigured(to))
            return UiAnswer.Trouble.Bad($"There is no destination '{to}'.");
        return await operations.Deliveries.ChangeAsync(request.Who, action, id, to, request.Aborted) switch
        {
            DeliveryChangeOutcome.Changed => new UiAnswer.Redirect(back, $"The delivery was {DoneWord(action)}."),
            DeliveryChangeOutcome.Refused(var reason) => new UiAnswer.Redirect(back, $"Not {DoneWord(action)}: {reason}.", IsBad: true),
            _ => UiAnswer.Trouble.NoMessage("such delivery"),
        };
    }

    /// <summary>Asks first, with the count; a form that confirms makes the change.</summary>
    private async Task<UiAnswer> ChangeAllAsync(UiRequest request, DeliveryAction action)
    {
        var form = request.Form;
        var text = new DeliveryFilterText(form.Text("state"), form.Text("destination"), form.Text("message"));
        var known = await operations.Names.ListKnownAsync(request.Aborted);
        if (text.IsEmpty)
            return UiAnswer.Trouble.Bad("Choose a state or a destination first: without a filter this would change everything.");
        if ((text.State is not null && !DeliveryWords.States.Contains(text.State, StringComparer.Ordinal))
            || (text.Destination is not null && !known.Contains(text.Destination, StringComparer.Ordinal)))
            return UiAnswer.Trouble.Bad("There is no such state or destination.");
        var filter = new DeliveryFilter
        {
            State = text.State is null ? null : Enum.Parse<DeliveryState>(text.State, ignoreCase: true),
            Destination = text.Destination,
            MessageId = text.Message,
        };
        if (!form.Has("confirm"))
            return await AskAsync(request, action, filter, text);
        var to = form.Text("to");
        if (to is not null && !operations.Names.IsConfigured(to))
            return UiAnswer.Trouble.Bad($"There is no destination '{to}'.");
        var asWritten = QueryText.Of(string.Empty, [.. text.Values, ("to", to)]);
        var plan = await operations.Deliveries.PlanAllAsync(request.Who, action, filter, to, request.Aborted);
        var change = await operations.Deliveries.ChangeAllAsync(request.Who, action, filter, to, asWritten, request.Aborted);
        var left = plan.Rest.Count == 0 ? string.Empty : $" Left alone: {string.Join("; ", BulkWords.Of(plan.Rest))}.";
        return new UiAnswer.Redirect(
            text.First, $"{NumberText.Deliveries(change.Count, DoneWord(action))}.{left}", change.Count == 0);
    }

    private async Task<UiAnswer> AskAsync(UiRequest request, DeliveryAction action, DeliveryFilter filter, DeliveryFilterText text)
    {
        var configured = operations.Names.Configured;
        var plan = await operations.Deliveries.PlanAllAsync(request.Who, action, filter, null, request.Aborted);
        var named = action == DeliveryAction.Release && configured.Count > 0
            ? await operations.Deliveries.PlanAllAsync(request.Who, action, filter, configured[0], request.Aborted) : plan;
        return new UiAnswer.Page("Confirm", typeof(BulkPage), new BulkModel(Operation.Of(action).Name, text, plan.Count, configured)
        {
            Named = named.Count,
            IsMost = plan.IsMost,
            Rest = BulkWords.Of(plan.Rest),
        });
    }

    private static DeliveryFilter FilterOf(ApiQuery query, IReadOnlyList<string> known) =>
        new() { State = query.State(), Destination = query.Destination("destination", known), MessageId = query.Text("message") };

    private static UiAnswer.Page Page(DeliveryListModel model, int status) => new("Deliveries", typeof(DeliveryListPage), model, status);

    private static string DoneWord(DeliveryAction action) => action switch
    {
        DeliveryAction.Retry => "retried",
        DeliveryAction.Cancel => "cancelled",
        _ => "released",
    };
}
