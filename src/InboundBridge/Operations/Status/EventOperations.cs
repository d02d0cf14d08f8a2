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

    /// <summary>The latest events of this process, newest first.</summary>
    /// <param name="kind">Only events of this kind; null for all.</param>
    public IReadOnlyList<QueueEvent> List(Principal who, string? kind)
    {
        who.Demand(Operation.FollowEvents);
        return feed.Journal?.List(kind) ?? [];
    }

    public int Followers => feed.Followers;

    /// <summary>What happened before is not in <see cref="List"/>.</summary>
    public DateTimeOffset BeganAt => feed.Journal?.BeganAt ?? DateTimeOffset.MaxValue;

    /// <summary>As <see cref="EventFeed.Tap"/>: there is one such receiver, which hands the events on to its own listeners.</summary>
    public void Tap(Principal who, Action<QueueEvent> tap)
    {
        who.Demand(Operation.FollowEvents);
        feed.Tap(tap);
    }

    /// <summary>Ends <see cref="Tap"/>.</summary>
    public void EndTap() => feed.Tap(null);
}
