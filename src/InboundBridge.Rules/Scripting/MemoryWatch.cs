namespace InboundBridge.Rules.Scripting;

/// <summary>
/// Looks at the heap while a script runs, and gives the alarm when it grew by more than the script may use. Either the script ends first and there is no alarm
/// any more, or the alarm is given and the script did not end well: never both.
/// </summary>
internal sealed class MemoryWatch : IDisposable
{
    /// <summary>How often the heap is looked at.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    private readonly Func<bool, long> _octets;
    private readonly Action _alarm;
    private readonly long _most;
    private readonly ITimer _timer;
    private int _isDecided;

    /// <param name="limit">Octets by which the heap may grow from now on.</param>
    /// <param name="octets">The heap's size; asked with true, garbage is collected first.</param>
    public MemoryWatch(long limit, TimeProvider clock, Func<bool, long> octets, Action alarm)
    {
        (_octets, _alarm) = (octets, alarm);
        _most = octets(false) + limit;
        _timer = clock.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>False: the alarm was first.</summary>
    public bool TryEnd() => Interlocked.Exchange(ref _isDecided, 1) == 0;

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        // Garbage counts until it is collected, so a collection is tried before the alarm is given. That takes a while, in which the script may end.
        if (_octets(false) > _most && _octets(true) > _most && TryEnd())
            _alarm();
    }
}
