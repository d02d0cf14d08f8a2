namespace InboundBridge.Rules.Scripting.Workers;

/// <summary>
/// Watches a running script from another thread, and raises an alarm when the heap has grown beyond the script's limit, or when the script
/// stays in one call of the engine beyond its time. Either the script ends first and no alarm is raised, or the alarm is raised and the
/// script has failed: never both.
/// </summary>
internal sealed class RunWatch : IDisposable
{
    /// <summary>The interval between checks.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    /// <summary>Time beyond the script's own limit, which ends it at its next statement.</summary>
    internal static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(150);

    private readonly Func<bool, long> _octets;
    private readonly Action<string> _alarm;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _longest;
    private readonly long _began;
    private readonly long _most;
    private readonly ITimer _timer;
    private int _isDecided;

    /// <param name="octets">Returns the heap's size; called with true, it collects garbage first.</param>
    /// <param name="alarm">Called with what went wrong.</param>
    public RunWatch(ScriptLimits limits, TimeProvider clock, Func<bool, long> octets, Action<string> alarm)
    {
        (_octets, _alarm, _clock) = (octets, alarm, clock);
        _most = octets(false) + limits.Memory;
        _longest = limits.Timeout + Slack;
        _began = clock.GetTimestamp();
        _timer = clock.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>The script has ended. False when the alarm was raised first.</summary>
    public bool TryEnd() => Interlocked.Exchange(ref _isDecided, 1) == 0;

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        if (_clock.GetElapsedTime(_began) > _longest && TryEnd())
            _alarm("it took too long");
        // Garbage counts until it is collected, so garbage is collected before the alarm is raised. Meanwhile the script may end.
        else if (_octets(false) > _most && _octets(true) > _most && TryEnd())
            _alarm("it used too much memory");
    }
}
