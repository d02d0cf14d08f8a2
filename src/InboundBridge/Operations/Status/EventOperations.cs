using InboundBridge.Operations.Principals;

namespace InboundBridge.Operations.Status;

/// <summary>Follows what happens in the queue.</summary>
internal sealed class EventOperations(EventFeed feed)
{
    /// <summary>Null when the limit of followers is reached.</summary>
    public EventFeed.Follower? Follow(Principal who)
    {
        who.Demand(Operation.FollowEvents);
        return feed.Follow();
    }
}
