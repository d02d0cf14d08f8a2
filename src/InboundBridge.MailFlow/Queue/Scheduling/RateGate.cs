namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>
/// Limits attempts to a number per period, spread evenly (a token bucket). After a quiet time, at most one period's number begins at once.
/// Where several nodes deliver to the destination, each of them has an equal share of the rate. Guarded by the scheduler's lock.
/// </summary>
internal sealed class RateGate
{
    /// <summary>
    /// How many nodes to reckon with after a quiet time, until the spool has said how many there are. It does so within milliseconds, and
    /// the other nodes hear of this one within a second.
    /// </summary>
    private const int Guessed = 2;

    /// <summary>How long after its last attempt a node still has its share. Deliveries often come one after the other.</summary>
    private static readonly TimeSpan Recently = TimeSpan.FromSeconds(3);

    private double _tokens;
    private DateTimeOffset _filled;
    private DateTimeOffset _usedUntil = DateTimeOffset.MinValue;
    private int? _rate;
    private TimeSpan _period = TimeSpan.FromSeconds(1);
    private int _sharers = 1;

    public RateGate(int? rate, TimeSpan period, DateTimeOffset now)
    {
        Configure(rate, period);
        _tokens = rate ?? 0;
        _filled = now;
    }

    private bool IsOpen => _rate is not > 0 || _period <= TimeSpan.Zero;

    private double Share => (double)(_rate ?? 0) / _sharers;

    public void Configure(int? rate, TimeSpan period) => (_rate, _period) = (rate, period);

    /// <summary>Attempts have begun lately, or wait for their turn.</summary>
    public bool IsUsed(DateTimeOffset now) => !IsOpen && now - _usedUntil <= Recently;

    /// <summary>Null: an attempt may begin. Otherwise when to ask again.</summary>
    /// <param name="begins">
    /// Called after a quiet time, when other nodes may have taken this one's share; it must not block. Null where there are no other nodes.
    /// </param>
    public DateTimeOffset? TryTake(DateTimeOffset now, Action? begins = null)
    {
        if (IsOpen)
            return null;
        if (begins is not null && !IsUsed(now))
        {
            ShareWith(Math.Max(_sharers, Guessed), now);
            begins();
        }
        _usedUntil = now;
        Fill(now);
        // A token that is complete but for a rounding error counts.
        if (_tokens >= 1 - 1e-9)
        {
            _tokens--;
            return null;
        }
        return _usedUntil = now + TimeSpan.FromTicks((long)Math.Ceiling(_period.Ticks * (1 - _tokens) / Share));
    }

    /// <summary>This many nodes deliver to the destination, this one included.</summary>
    public void ShareWith(int nodes, DateTimeOffset now)
    {
        Fill(now);
        _sharers = Math.Max(1, nodes);
        Fill(now);
    }

    private void Fill(DateTimeOffset now)
    {
        if (now > _filled)
        {
            _tokens += Share * ((now - _filled) / _period);
            _filled = now;
        }
        // A share may be less than one attempt, which a node must be able to make some time.
        _tokens = Math.Min(Math.Max(1, Share), _tokens);
    }
}
