using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>A target that a reload may replace while attempts use it: it is disposed after the last of them.</summary>
internal sealed class TargetUse(IDeliveryTarget target)
{
    private int _users = 1;

    public IDeliveryTarget Target => target;

    public void Hold() => Interlocked.Increment(ref _users);

    public async ValueTask ReleaseAsync()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            await target.DisposeAsync();
    }
}
