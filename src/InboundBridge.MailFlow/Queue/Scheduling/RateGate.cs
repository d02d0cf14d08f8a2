namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>
/// Limits attempts to a number per period, spread evenly (a token bucket). After a quiet time, at most one period's number begins at once.
/// Guarded by the scheduler's lock.
/// </summary>
internal sealed class RateGate
{
    private double _tokens;
    private DateTimeOffset _filled;
    private int? _rate;
    private TimeSpan _period = TimeSpan.FromSeconds(1);

    public RateGate(int? rate, TimeSpan period, DateTimeOffset now)
    {
        Configure(rate, period);
        _tokens = rate ?? 0;
        _filled = now;
    }

    public void Configure(int? rate, TimeSpan period) => (_rate, _period) = (rate, period);

    /// <summary>Null: an attempt may begin. Otherwise when to ask again.</summary>
    public DateTimeOffset? TryTake(DateTimeOffset now)
    {
        if (_rate is not { } rate || rate <= 0 || _period <= TimeSpan.Zero)
            return null;
        if (now > _filled)
        {
            _tokens = Math.Min(rate, _tokens + (rate * ((now - _filled) / _period)));
            _filled = now;
        }
        // A token that is complete but for a rounding error counts.
        if (_tokens >= 1 - 1e-9)
        {
            _tokens--;
            return null;
        }
        return now + TimeSpan.FromTicks((long)Math.Ceiling(_period.Ticks * (1 - _tokens) / rate));
    }
}
