using InboundBridge.Api;
using InboundBridge.Api.Routing;
using InboundBridge.Operations;
using InboundBridge.Operations.Principals;
using InboundBridge.Ui.Routing;

namespace InboundBridge.Ui.Pages.Messages;

/// <summary><c>/ui/messages</c>: the list with its filter, which the address holds.</summary>
internal sealed class MessageListPages(ApplianceOperations operations, TimeProvider clock)
{
    /// <summary>Messages of a page.</summary>
    private const int PageSize = 50;

    public void Map(UiRoutes routes) => routes.Get("/messages", Operation.ListMessages, ListAsync);

    private async Task<UiAnswer> ListAsync(UiRequest request)
    {
        var query = request.ReadQuery([.. MessageFilterText.Names, PageTrail.CursorName, PageTrail.WayName]);
        var filter = MessageEndpoints.FilterOf(query, clock);
        var (text, trail) = (TextOf(query), PageTrail.Read(query, ApiQuery.IsMessageCursor));
        if (query.Problem is { } problem)
            return Page(
                new MessageListModel(text, [], problem, trail.Links(null, text.Address), null), StatusCodes.Status400BadRequest);
        var page = await operations.Messages.ListWithDeliveriesAsync(request.Who, filter, trail.Cursor, PageSize, request.Aborted);
        return Page(
            new MessageListModel(text, page.Items, null, trail.Links(page.Next, text.Address), page.Searched), StatusCodes.Status200OK);
    }

    private static UiAnswer.Page Page(MessageListModel model, int status) => new("Messages", typeof(MessageListPage), model, status);

    private static MessageFilterText TextOf(ApiQuery query) => new(
        query.Text("sender"), query.Text("recipient"), query.Text("subject"), query.Text("tag"), query.Text("rule"), query.Text("state"),
        query.Text("since"), query.Text("before"));
}
