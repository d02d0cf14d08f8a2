using InboundBridge.MailFlow.Spool.Bodies;

namespace InboundBridge.MailFlow.Spool.Health;

/// <summary>Free space of the spool's disk, queried at most once a second.</summary>
internal sealed class DiskWatch(IBodyFiles files, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private long _asked;
    private long? _free;

    public long? FreeBytes
    {
        get
        {
            lock (_gate)
            {
                if (_asked == 0 || clock.GetElapsedTime(_asked) >= Interval)
                {
                    _asked = Math.Max(1, clock.GetTimestamp());
                    _free = files.FindFreeBytes();
                }
                return _free;
            }
        }
    }
}
