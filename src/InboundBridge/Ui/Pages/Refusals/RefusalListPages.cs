using System.Globalization;
using InboundBridge.Api;
using InboundBridge.Api.Routing;
using InboundBridge.Operations;
using InboundBridge.Operations.Principals;
using InboundBridge.Operations.Refusals;
using InboundBridge.Ui.Routing;

namespace InboundBridge.Ui.Pages.Refusals;

/// <summary><c>/ui/messages/refused</c>: what clients were refused lately, with its filter, which the address holds.</summary>
internal sealed class RefusalListPages(ApplianceOperations operations, TimeProvider clock)
{
    /// <summary>Refusals of a page.</summary>
    private const int PageSize = 50;

    public void Map(UiRoutes routes) =>
        routes.Get("/messages/refused", Operation.ListRefusals, request => Task.FromResult<UiAnswer>(List(request)));

    private UiAnswer.Page List(UiRequest request)
    {
        var query = request.ReadQuery([.. RefusalEndpoints.FilterNames, PageTrail.CursorName, PageTrail.WayName]);
        var (filter, text) = (RefusalEndpoints.FilterOf(query, clock), TextOf(query));
        var trail = PageTrail.Read(query, place => RefusalOperations.TryReadCursor(place, out _));
        if (query.Problem is { } problem)
            return Page(new RefusalListModel(text, [], problem, trail.Links(null, text.Address)), StatusCodes.Status400BadRequest);
        RefusalOperations.TryReadCursor(trail.Cursor, out var cursor);
        var page = operations.Refusals.List(request.Who, filter, cursor, PageSize);
        var next = page.Next?.ToString(CultureInfo.InvariantCulture);
        return Page(new RefusalListModel(text, page.Items, null, trail.Links(next, text.Address)), StatusCodes.Status200OK);
    }

    private static UiAnswer.Page Page(RefusalListModel model, int status) => new("Refused", typeof(RefusalListPage), model, status);

    private static RefusalFilterText TextOf(ApiQuery query) => new(
        query.Text("client"), query.Text("sender"), query.Text("recipient"), query.Text("reason"), query.Text("text"),
        query.Text("since"), query.Text("before"));
}
