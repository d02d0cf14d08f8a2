using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>Counts who uses a target: a reload may replace it during attempts, and it is disposed of after the last of them.</summary>
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
