using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Health;
using InboundBridge.MailFlow.Spool.Sqlite.Log;

namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>
/// The one thread that syncs the log: one commit at a time, while the writer prepares the next one. It tells each write of a commit what became of it.
/// </summary>
internal sealed class CommitSyncer : IDisposable
{
    private readonly Func<SyncedLog> _log;
    private readonly SpoolHealth _health;
    private readonly SpoolMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly Action _synced;
    private readonly Thread _thread;
    private readonly object _gate = new();
    private CommittedBatch? _next;
    private bool _isStopping;
    private long _oldest;
    private volatile bool _isBusy;
    private volatile bool _isTorn;

    /// <param name="log">The log of today: it is another one after a reopening.</param>
    /// <param name="synced">Called when the syncer is free again.</param>
    public CommitSyncer(Func<SyncedLog> log, SpoolHealth health, SpoolMetrics metrics, TimeProvider clock, Action synced)
    {
        (_log, _health, _metrics, _clock, _synced) = (log, health, metrics, clock, synced);
        _thread = new Thread(Run) { IsBackground = true, Name = "spool sync" };
        _thread.Start();
    }

    /// <summary>A commit has been handed over and is not known to be on the disk yet.</summary>
    public bool IsBusy => _isBusy;

    /// <summary>A sync failed: the log ends with a commit that was refused.</summary>
    public bool IsTorn => _isTorn;

    /// <summary>When the oldest write that is being synced was handed in, in ticks of the clock; 0: none is.</summary>
    public long Oldest => Volatile.Read(ref _oldest);

    /// <summary>To be called when it is not busy.</summary>
    public void Start(CommittedBatch batch)
    {
        _isBusy = true;
        Volatile.Write(ref _oldest, batch.Oldest);
        lock (_gate)
        {
            _next = batch;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>The log has been cut back to what was synced.</summary>
    public void Mended() => _isTorn = false;

    /// <summary>Ends the thread when it has synced what it was given.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.Pulse(_gate);
        }
        _thread.Join();
    }

    private void Run()
    {
        while (Take() is { } batch)
        {
            var refusal = Sync(batch.LogPages);
            _isTorn = refusal is not null;
            Volatile.Write(ref _oldest, 0);
            _isBusy = false;
            // The writer first: it has work to do, and those who are told next bring more.
            _synced();
            Tell(batch, refusal);
        }
    }

    private CommittedBatch? Take()
    {
        lock (_gate)
        {
            while (_next is null && !_isStopping)
                Monitor.Wait(_gate);
            var batch = _next;
            _next = null;
            return batch;
        }
    }

    /// <summary>Null: it is on the disk.</summary>
    private SpoolUnavailableException? Sync(int pages)
    {
        try
        {
            _log().Sync(pages);
        }
        catch (Exception fault)
        {
            return _health.Failed(fault);
        }
        _health.Succeeded();
        return null;
    }

    private void Tell(CommittedBatch batch, SpoolUnavailableException? refusal)
    {
        if (refusal is not null)
        {
            batch.Writes.ForEach(write => write.Fail(refusal));
            return;
        }
        _metrics.Committed(_clock.GetElapsedTime(batch.Started), batch.Writes.Count);
        foreach (var write in batch.Writes)
            write.Committed();
        Announcement.Of(batch.Writes);
    }
}
