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
        var query = request.ReadQuery([.. MessageFilterText.Names, "cursor"]);
        var filter = MessageEndpoints.FilterOf(query, clock);
        var text = TextOf(query);
        if (query.Problem is { } problem)
            return Page(new MessageListModel(text, [], problem, text.Address(null), null, true), StatusCodes.Status400BadRequest);
        var page = await operations.Messages.ListWithDeliveriesAsync(request.Who, filter, query.Cursor, PageSize, request.Aborted);
        return Page(
            new MessageListModel(
                text, page.Items, null, text.Address(null), page.Next is { } next ? text.Address(next) : null, query.Cursor is null),
            StatusCodes.Status200OK);
    }

    private static UiAnswer.Page Page(MessageListModel model, int status) => new("Messages", typeof(MessageListPage), model, status);

    private static MessageFilterText TextOf(ApiQuery query) => new(
        query.Text("sender"), query.Text("recipient"), query.Text("subject"), query.Text("tag"), query.Text("state"), query.Text("since"),
        query.Text("before"));
}
