using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Bodies;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.MailFlow.Spool.Sqlite.Health;
using InboundBridge.MailFlow.Spool.Sqlite.Opening;
using InboundBridge.MailFlow.Spool.Sqlite.Records;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>
/// The one thread that writes the database. It takes everything that waits into one transaction, commits, and hands the commit to the <see cref="CommitSyncer"/>,
/// so that a sync of the disk is shared by all who need one. While that sync runs the next transaction is filled; it is committed when the sync is over, never
/// before: behind what the disk has refused nothing may be written. It waits for company only for a moment where many were just here, and with what can linger.
/// On disk: before a commit, what it names in files is flushed. A crash leaves the transactions before it whole and nothing of it.
/// </summary>
internal sealed class SpoolWriter : IDisposable
{
    private const int LargestBatch = 1024;

    /// <summary>So many that wait are worth waking for while a sync runs.</summary>
    private const int GatherStep = 2;

    private readonly SpoolConnections _connections;
    private readonly IBodyFiles _files;
    private readonly SpoolTallies _tallies;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly SpoolInternals _internals;
    private readonly SpoolHealth _health;
    private readonly CommitSyncer _syncer;
    private readonly Thread _thread;
    private readonly object _gate = new();
    private List<SpoolWrite> _waiting = [];
    private List<SpoolWrite> _batch = [];
    private WriterSession? _session;
    private int _urgent;
    private bool _isIdle;
    private int _wakeAt;
    private int _lastCommitted;
    private bool _isStopping;
    private bool _logStays;
    private long _oldest;

    public SpoolWriter(
        SpoolConnections connections, IBodyFiles files, SpoolTallies tallies, TimeProvider clock, SpoolMetrics metrics, ILogger log, SpoolInternals internals)
    {
        (_connections, _files, _tallies, _clock, _log, _internals) = (connections, files, tallies, clock, log, internals);
        _health = new SpoolHealth(clock, log) { Probe = Probe };
        _session = new WriterSession(connections.OpenWriter(), tallies);
        _syncer = new CommitSyncer(() => connections.Log, _health, metrics, clock, Synced);
        _thread = new Thread(Run) { IsBackground = true, Name = "spool writer" };
        _thread.Start();
    }

    /// <summary>The last commit failed.</summary>
    public bool IsFailing => _health.IsFailing;

    /// <summary>How long the oldest write has been waiting for its commit.</summary>
    public TimeSpan Waiting
    {
        get
        {
            // What is being synced is older than what is gathered meanwhile.
            var oldest = _syncer.Oldest is not 0 and var syncing ? syncing : Volatile.Read(ref _oldest);
            return oldest == 0 ? TimeSpan.Zero : _clock.GetElapsedTime(oldest);
        }
    }

    public ValueTask WriteAsync(SpoolWrite write)
    {
        lock (_gate)
        {
            if (_isStopping)
                throw new SpoolUnavailableException("the spool is closed");
            Add(write);
        }
        return write.Completion;
    }

    /// <summary>Writes what waits, then ends the threads.</summary>
    public void Dispose()
    {
        _health.Dispose();
        lock (_gate)
        {
            _isStopping = true;
            Monitor.Pulse(_gate);
        }
        _thread.Join();
        _syncer.Dispose();
        if (_syncer.IsTorn)
            _connections.KeepLog();
        _session?.Dispose();
        _session = null;
    }

    private void Add(SpoolWrite write)
    {
        write.Enqueued = Now();
        _waiting.Add(write);
        if (!write.CanLinger)
            _urgent++;
        if (_isIdle ? _urgent == 1 || _waiting.Count is 1 or LargestBatch / 4 : _waiting.Count == _wakeAt)
            Monitor.Pulse(_gate);
    }

    /// <summary>In ticks of the clock; never 0, which says that nothing waits.</summary>
    private long Now() => Math.Max(1, _clock.GetTimestamp());

    private void Probe()
    {
        lock (_gate)
        {
            // Whatever waits finds out as well; on a disk that hangs that is the probe before.
            if (!_isStopping && _waiting.Count == 0)
                Add(new ProbeWrite());
        }
    }

    private void Synced()
    {
        lock (_gate)
        {
            // Whoever lingers for company does so until it comes.
            if (!_isIdle)
                Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        while (TakeBatch())
        {
            for (var from = 0; from < _batch.Count; from += LargestBatch)
                WriteBatch(_batch.GetRange(from, Math.Min(LargestBatch, _batch.Count - from)));
            _batch.Clear();
        }
    }

    private bool TakeBatch()
    {
        lock (_gate)
        {
            _isIdle = true;
            while (_waiting.Count == 0 && !_isStopping)
                Monitor.Wait(_gate);
            if (_urgent == 0 && !_isStopping && _waiting.Count < LargestBatch / 4 && _internals.Linger > TimeSpan.Zero)
                Monitor.Wait(_gate, _internals.Linger);
            _isIdle = false;
            (_batch, _waiting) = (_waiting, _batch);
            _urgent = 0;
            return _batch.Count > 0;
        }
    }

    /// <summary>Waits until some have come in or the commit before has been synced, and adds what is there.</summary>
    private void Gather(List<SpoolWrite> writes)
    {
        lock (_gate)
        {
            _wakeAt = GatherStep;
            while (_syncer.IsBusy && (_waiting.Count < GatherStep || writes.Count >= LargestBatch))
                Monitor.Wait(_gate);
            _wakeAt = 0;
            Take(writes);
        }
    }

    /// <summary>
    /// Those whom the last commit sent off will be back at once, each with its next mail. Where hardly any are here yet, a commit now would be for a few, and make
    /// the many wait for its sync: half of them are waited for, a moment at most.
    /// </summary>
    private void AwaitCompany(List<SpoolWrite> writes)
    {
        lock (_gate)
        {
            if (writes.Count + _waiting.Count < _lastCommitted / 4 && _internals.Company > TimeSpan.Zero && !_isStopping)
            {
                _wakeAt = (_lastCommitted / 2) - writes.Count;
                Monitor.Wait(_gate, _internals.Company);
                _wakeAt = 0;
            }
            Take(writes);
        }
    }

    /// <summary>Adds what waits to the transaction, as far as it has room; inside the lock.</summary>
    private void Take(List<SpoolWrite> writes)
    {
        var count = Math.Min(_waiting.Count, LargestBatch - writes.Count);
        if (count <= 0)
            return;
        writes.AddRange(_waiting.GetRange(0, count));
        _waiting.RemoveRange(0, count);
        _urgent = _waiting.Count(write => !write.CanLinger);
    }

    private void AwaitSync()
    {
        lock (_gate)
        {
            while (_syncer.IsBusy)
                Monitor.Wait(_gate);
        }
    }

    private void WriteBatch(List<SpoolWrite> writes)
    {
        while (writes.Count > 0)
        {
            SpoolWrite? current = null;
            Volatile.Write(ref _oldest, writes[0].Enqueued);
            try
            {
                Commit(writes, ref current);
            }
            catch (Exception fault)
            {
                writes = Fail(writes, current, fault);
                continue;
            }
            finally
            {
                Volatile.Write(ref _oldest, 0);
            }
            // Outside of the attempt: what goes wrong from here on no longer makes the commit undone.
            if (_session!.IsLogLong || _session.WantsEmptyLog)
                MoveLog();
            return;
        }
    }

    private void Commit(List<SpoolWrite> writes, ref SpoolWrite? current)
    {
        do
            Prepare(writes, ref current);
        while (_syncer.IsTorn);
        _internals.BeforeCommit?.Invoke();
        var started = _clock.GetTimestamp();
        _session!.Commit();
        _lastCommitted = writes.Count;
        _syncer.Start(new CommittedBatch(writes, started, _session.LogPages));
    }

    /// <summary>A transaction with all of it, while the commit before it is being synced; after a sync that failed the log has to be mended first.</summary>
    private void Prepare(List<SpoolWrite> writes, ref SpoolWrite? current)
    {
        if (_syncer.IsTorn)
            Mend();
        _session ??= new WriterSession(_connections.OpenWriter(), _tallies);
        _session.Begin();
        var applied = Apply(writes, 0, ref current);
        while (_syncer.IsBusy)
        {
            Gather(writes);
            applied = Apply(writes, applied, ref current);
        }
        AwaitCompany(writes);
        Apply(writes, applied, ref current);
    }

    private int Apply(List<SpoolWrite> writes, int from, ref SpoolWrite? current)
    {
        if (writes.FindIndex(from, write => write.HasFile) >= 0)
            _files.FlushNames();
        for (; from < writes.Count; from++)
        {
            current = writes[from];
            current.Apply(_session!);
        }
        current = null;
        return from;
    }

    private void Mend()
    {
        _session?.Dispose();
        _session = null;
        _connections.Reopen();
        _syncer.Mended();
        SpoolLog.Mended(_log);
    }

    /// <summary>Behind the commit, so that nobody's 250 waits for it; where it takes long, the next ones do.</summary>
    private void MoveLog()
    {
        AwaitSync();
        if (_syncer.IsTorn)
            return;
        Volatile.Write(ref _oldest, Now());
        var move = _session!.WantsEmptyLog ? _session.EmptyLog() : _session.MoveLog();
        Volatile.Write(ref _oldest, 0);
        _connections.Log.Moved(move);
        if (move.HasFailed && !_logStays)
            SpoolLog.LogStays(_log, move.Code);
        _logStays = move.HasFailed;
    }

    /// <summary>Tells those for whom there is no hope, and returns the others to be tried again.</summary>
    private List<SpoolWrite> Fail(List<SpoolWrite> writes, SpoolWrite? culprit, Exception fault)
    {
        RollBack(fault);
        if (culprit is not null && IsOfOne(fault))
        {
            SpoolLog.WriteFailed(_log, culprit.GetType().Name, fault);
            culprit.Fail(fault is SqliteFault { IsDamage: true } or MessageDamagedException
                ? new SpoolUnavailableException("the part of the spool that this needs is damaged", fault)
                : new InvalidOperationException($"the spool can't store this: {fault.Message}", fault));
            return writes.FindAll(write => write != culprit);
        }
        var unavailable = _health.Failed(fault);
        // On a full disk what is queued goes on if it can: it needs less, and frees some.
        var rest = fault is SqliteFault { Code: SQLitePCL.raw.SQLITE_FULL } ? writes.FindAll(write => !write.IsIntake) : [];
        if (rest.Count == writes.Count)
            rest = [];
        foreach (var write in writes)
        {
            if (!rest.Contains(write))
                write.Fail(unavailable);
        }
        return rest;
    }

    private static bool IsOfOne(Exception fault) =>
        fault is SqliteFault { IsOfOneStatement: true } or MessageDamagedException or (not IOException and not UnauthorizedAccessException);

    private void RollBack(Exception cause)
    {
        try
        {
            _session?.RollBack();
            if (cause is not SqliteFault { LosesConnection: true })
                return;
        }
        catch (SqliteFault fault)
        {
            SpoolLog.WriteFailed(_log, "rollback", fault);
        }
        _session?.Dispose();
        _session = null;
    }
}
