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

    /// <summary>New messages that are counted.</summary>
    private const int MostNew = 99;

    /// <summary>A mail that came before the page was made may be stored a little later.</summary>
    private static readonly TimeSpan UnderWay = TimeSpan.FromMinutes(1);

    private readonly CountAllowance _counts = new(clock);

    public void Map(UiRoutes routes)
    {
        routes.Get("/messages", Operation.ListMessages, ListAsync);
        routes.Get("/messages/new", Operation.ListMessages, CountAsync);
    }

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

    /// <summary>For the script: how many messages of the filter came since the page was made.</summary>
    private async Task<UiAnswer> CountAsync(UiRequest request)
    {
        var query = request.ReadQuery([.. MessageFilterText.Names, MessageFilterText.AfterName, MessageFilterText.FromName]);
        var (filter, after, from) = (
            MessageEndpoints.FilterOf(query, clock), query.Text(MessageFilterText.AfterName) ?? string.Empty,
            query.Instant(MessageFilterText.FromName, clock) ?? clock.GetUtcNow());
        if (query.Problem is { } problem)
            return UiAnswer.Trouble.Bad(problem);
        var page = await _counts.SpendAsync(
            async () => await operations.Messages.ListAsync(
                request.Who, filter with { Since = Later(filter.Since, from - UnderWay) }, null, MostNew, request.Aborted));
        if (page is null)
            return UiAnswer.Trouble.Later(request.Context.Response);
        var count = after.Length > 0
            ? page.Items.TakeWhile(message => message.Id != after).Count() : page.Items.Count(message => message.ReceivedAt >= from);
        return new UiAnswer.Other(Results.Json(new { count, more = page.Next is not null && count == page.Items.Count }));
    }

    private static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) => one > other ? one.Value : other;

    private static UiAnswer.Page Page(MessageListModel model, int status) => new("Messages", typeof(MessageListPage), model, status);

    private static MessageFilterText TextOf(ApiQuery query) => new(
        query.Text("sender"), query.Text("recipient"), query.Text("subject"), query.Text("tag"), query.Text("rule"), query.Text("state"),
        query.Text("since"), query.Text("before"));
}
