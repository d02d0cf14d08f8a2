using InboundBridge.Api;
using InboundBridge.Operations.Principals;
using InboundBridge.Ui.Live;
using InboundBridge.Ui.Routing;

namespace InboundBridge.Ui.Pages;

/// <summary><c>/ui/events</c>: what happens, for the scripts of open pages.</summary>
internal sealed class EventPages(UiParts parts)
{
    private readonly LiveAnswer _answer = new(new LiveFeed(parts.Operations.Events, parts.Surroundings.Clock), parts.Surroundings);

    public void Map(UiRoutes routes) => routes.Get("/events", Operation.FollowEvents, FollowAsync);

    private async Task<UiAnswer> FollowAsync(UiRequest request)
    {
        var query = request.ReadQuery("kind");
        var kind = query.OneOf("kind", EventText.Kinds);
        return query.Problem is { } problem
            ? UiAnswer.Trouble.Bad(problem)
            : new UiAnswer.Other(await _answer.FollowAsync(request.Context, request.Who, kind));
    }
}
