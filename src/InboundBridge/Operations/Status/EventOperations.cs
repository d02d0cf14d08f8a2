using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.Operations.Principals;

namespace InboundBridge.Operations.Status;

/// <summary>Follows what happens in the queue.</summary>
internal sealed class EventOperations(EventFeed feed)
{
    /// <summary>Null when a limit of followers is reached.</summary>
    public EventFeed.Follower? Follow(Principal who)
    {
        who.Demand(Operation.FollowEvents);
        return feed.Follow(who == Principal.Local ? null : who.Name);
    }

    /// <summary>As <see cref="EventFeed.Tap"/>: there is one such receiver, which hands the events on to its own listeners.</summary>
    public void Tap(Principal who, Action<QueueEvent> tap)
    {
        who.Demand(Operation.FollowEvents);
        feed.Tap(tap);
    }

    /// <summary>Ends <see cref="Tap"/>.</summary>
    public void EndTap() => feed.Tap(null);
}
