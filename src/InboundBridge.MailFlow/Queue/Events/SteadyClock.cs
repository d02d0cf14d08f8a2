namespace InboundBridge.MailFlow.Queue.Events;

/// <summary>
/// The wall clock, except that it never goes back: when the machine's clock is set back, time goes on from where it was, so that no retry waits for the past
/// to come again. A clock that is set forward is believed.
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
