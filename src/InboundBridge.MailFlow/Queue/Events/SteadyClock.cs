namespace InboundBridge.MailFlow.Queue.Events;

/// <summary>
/// The wall clock, except that it never goes back. When the machine's clock is set back, this one continues from where it was; otherwise a
/// retry would wait until the same time has come again. When the machine's clock is set forward, this one follows.
/// </summary>
internal sealed class SteadyClock(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private DateTimeOffset _last = clock.GetUtcNow();
    private long _lastTicks = clock.GetTimestamp();

    public DateTimeOffset Now
    {
        get
        {
            lock (_gate)
            {
                var ticks = clock.GetTimestamp();
                var steady = _last + clock.GetElapsedTime(_lastTicks, ticks);
                var wall = clock.GetUtcNow();
                _lastTicks = ticks;
                return _last = wall > steady ? wall : steady;
            }
        }
    }
}
