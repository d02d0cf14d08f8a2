namespace InboundBridge.Hosting.Running;

/// <summary>
/// Returns memory to the system after a busy time. The runtime collects garbage only when something is allocated, so an idle process would
/// keep all garbage of its last burst. The number of allocated octets tells whether the process is busy, so nothing has to be counted on a
/// mail's path.
/// </summary>
internal sealed class IdleMemory : IDisposable
{
    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Octets an interval. Timers, metrics that are read and a mail now and then stay below.</summary>
    internal const long Quiet = 4 * 1024 * 1024;

    /// <summary>
    /// Octets since the last time. With less there is little to be gained; so a process that stays quiet isn't collected again and again.
    /// </summary>
    internal const long Worthwhile = 32 * 1024 * 1024;

    private readonly Func<long> _allocated;
    private readonly Action _giveBack;
    private readonly ITimer _timer;
    private long _before;
    private long _atLast;

    public IdleMemory(TimeProvider clock)
        : this(clock, () => GC.GetTotalAllocatedBytes(), GiveBack)
    {
    }

    /// <param name="allocated">Octets since the process began.</param>
    internal IdleMemory(TimeProvider clock, Func<long> allocated, Action giveBack)
    {
        (_allocated, _giveBack, _before) = (allocated, giveBack, allocated());
        _timer = clock.CreateTimer(static memory => ((IdleMemory)memory!).Look(), this, Interval, Interval);
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>
    /// Everything is collected and moved together, and what is free goes to the system. All threads stand still for it: 15 ms behind 20,000
    /// mails (docs/performance.md).
    /// </summary>
    private static void GiveBack() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    private void Look()
    {
        var now = _allocated();
        var isQuiet = now - _before < Quiet;
        _before = now;
        if (!isQuiet || now - _atLast < Worthwhile)
            return;
        _giveBack();
        _atLast = _before = _allocated();
    }
}
