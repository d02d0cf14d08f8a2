using InboundBridge.Operations.Principals;

namespace InboundBridge.Operations.Status;

/// <summary>Follows what happens in the queue.</summary>
internal sealed class EventOperations(EventFeed feed)
{
    /// <summary>Null: there are as many followers as there may be.</summary>
    public EventFeed.Follower? Follow(Principal who)
    {
        who.Demand(Operation.FollowEvents);
        return feed.Follow();
    }
}
