namespace InboundBridge.Hosting.Running;

/// <summary>
/// Returns memory to the system after a busy time. The runtime collects garbage only when something is allocated, so
/// an idle process would keep all garbage of its last burst. The number of allocated octets tells whether the process
/// is busy, so nothing has to be counted on a mail's path.
/// </summary>
internal sealed class IdleMemory : IDisposable
{
    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Octets per interval. Timers, scrapes of metrics and an occasional mail allocate less.</summary>
    internal const long Quiet = 4 * 1024 * 1024;

    /// <summary>
    /// Octets allocated since the last collection. Below this there is little to gain, so a
    /// process that stays quiet is not collected repeatedly.
    /// </summary>
    internal const long Worthwhile = 32 * 1024 * 1024;

    private readonly Func<long> _allocated;
    private readonly Action _releaseMemory;
    private readonly ITimer _timer;
    private long _before;
    private long _atLast;

    public IdleMemory(TimeProvider clock)
        : this(clock, () => GC.GetTotalAllocatedBytes(), ReleaseMemory)
    {
    }

    /// <param name="allocated">Octets since the process began.</param>
    internal IdleMemory(TimeProvider clock, Func<long> allocated, Action giveBack)
    {
        (_allocated, _releaseMemory, _before) = (allocated, giveBack, allocated());
        _timer = clock.CreateTimer(static memory => ((IdleMemory)memory!).Look(), this, Interval, Interval);
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>
    /// Collects and compacts the whole heap and returns free memory to the system. It stops all threads: for 15 ms after 20,000 mails
    /// (docs/performance.md).
    /// </summary>
    private static void ReleaseMemory() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    private void Look()
    {
        var now = _allocated();
        var isQuiet = now - _before < Quiet;
        _before = now;
        if (!isQuiet || now - _atLast < Worthwhile)
            return;
        _releaseMemory();
        _atLast = _before = _allocated();
    }
}
