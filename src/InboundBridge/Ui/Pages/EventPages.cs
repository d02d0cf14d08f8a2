using InboundBridge.Api;
using InboundBridge.Operations.Principals;
using InboundBridge.Ui.Routing;

namespace InboundBridge.Ui.Pages;

/// <summary><c>/ui/events</c>: the API's event stream for whoever is signed in; scripts of our pages follow it.</summary>
internal sealed class EventPages(UiParts parts)
{
    private readonly EventsEndpoint _events = new(
        parts.Operations.Events, parts.Operations.Names, parts.Surroundings.Clock, parts.Surroundings.TokensChange,
        parts.Surroundings.Stopping);

    public void Map(UiRoutes routes) => routes.Get("/events", Operation.FollowEvents, FollowAsync);

    private async Task<UiAnswer> FollowAsync(UiRequest request)
    {
        var query = request.ReadQuery("kind");
        var kind = query.OneOf("kind", EventsEndpoint.Kinds);
        return query.Problem is { } problem
            ? UiAnswer.Trouble.Bad(problem)
            : new UiAnswer.Other(await _events.FollowAsync(request.Context, request.Who, kind, destination: null));
    }
}
