namespace InboundBridge.Rules.Scripting.Workers;

/// <summary>
/// Looks from another thread at a script that runs, and gives the alarm when the heap grew by more than the script may use, or when it stays in one call of the
/// engine beyond its time. Either the script ends first and there is no alarm any more, or the alarm is given and the script did not end well: never both.
/// </summary>
internal sealed class RunWatch : IDisposable
{
    /// <summary>How often the heap is looked at.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    /// <summary>Beyond the script's own limit, which ends it at the next statement.</summary>
    internal static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(150);

    private readonly Func<bool, long> _octets;
    private readonly Action<string> _alarm;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _longest;
    private readonly long _began;
    private readonly long _most;
    private readonly ITimer _timer;
    private int _isDecided;

    /// <param name="octets">The heap's size; asked with true, garbage is collected first.</param>
    /// <param name="alarm">Told what went wrong.</param>
    public RunWatch(ScriptLimits limits, TimeProvider clock, Func<bool, long> octets, Action<string> alarm)
    {
        (_octets, _alarm, _clock) = (octets, alarm, clock);
        _most = octets(false) + limits.Memory;
        _longest = limits.Timeout + Slack;
        _began = clock.GetTimestamp();
        _timer = clock.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>False: the alarm was first.</summary>
    public bool TryEnd() => Interlocked.Exchange(ref _isDecided, 1) == 0;

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        if (_clock.GetElapsedTime(_began) > _longest && TryEnd())
            _alarm("it took too long");
        // Garbage counts until it is collected, so a collection is tried before the alarm is given. That takes a while, in which the script may end.
        else if (_octets(false) > _most && _octets(true) > _most && TryEnd())
            _alarm("it used too much memory");
    }
}
