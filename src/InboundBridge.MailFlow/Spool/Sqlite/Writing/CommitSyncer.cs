using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Health;
using InboundBridge.MailFlow.Spool.Sqlite.Health;
using InboundBridge.MailFlow.Spool.Sqlite.Log;

namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>
/// The thread that syncs the log, one commit at a time, while the writer prepares the next
/// transaction. It completes or fails every write of a commit.
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

    /// <param name="log">Returns the present log, which changes when the spool is reopened.</param>
    /// <param name="synced">Called when the syncer is free again.</param>
    public CommitSyncer(Func<SyncedLog> log, SpoolHealth health, SpoolMetrics metrics, TimeProvider clock, Action synced)
    {
        (_log, _health, _metrics, _clock, _synced) = (log, health, metrics, clock, synced);
        _thread = new Thread(Run) { IsBackground = true, Name = "spool sync" };
        _thread.Start();
    }

    /// <summary>A commit is being synced.</summary>
    public bool IsBusy => _isBusy;

    /// <summary>The last sync failed, so the log ends with a commit whose writes were refused.</summary>
    public bool IsTorn => _isTorn;

    /// <summary>When the oldest write that is being synced was enqueued, in ticks of the clock; 0 if none is.</summary>
    public long Oldest => Volatile.Read(ref _oldest);

    /// <summary>Starts to sync a commit. Only to be called when the syncer is not busy.</summary>
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

    /// <summary>The log has been cut back to what was synced before.</summary>
    public void Mended() => _isTorn = false;

    /// <summary>Ends the thread once it has synced the present commit.</summary>
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
            // The writer is woken before the waiting senders, because it can work at once and they will bring new mail.
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

    /// <returns>Null if the commit is durable.</returns>
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
