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
        var kind = query.OneOf("kind", EventText.PageKinds);
        if (query.Problem is { } problem)
            return UiAnswer.Trouble.Bad(problem);
        var (session, tokensChange) = (request.Caller.Session, request.Caller.TokensChange);
        using var leaves = CancellationTokenSource.CreateLinkedTokenSource(tokensChange, session?.Ended ?? CancellationToken.None);
        return new UiAnswer.Other(await _answer.FollowAsync(request.Context, request.Who, session?.Id, kind, leaves.Token));
    }
}
