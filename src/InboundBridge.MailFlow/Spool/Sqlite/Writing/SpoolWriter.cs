using InboundBridge.MailFlow.Spool.Bodies;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Health;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.MailFlow.Spool.Sqlite.Health;
using InboundBridge.MailFlow.Spool.Sqlite.Opening;
using InboundBridge.MailFlow.Spool.Sqlite.Records;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>
/// The thread that writes the database. It puts every write that waits into one transaction, commits it, and hands it to the <see
/// cref="CommitSyncer"/>, so that many writes share one sync of the disk. While the sync runs, it fills the next transaction. It commits
/// that one only after the sync has ended, because nothing may be appended to a log whose sync has failed. It waits for more writes in two
/// cases: after a commit of many, and when every write can linger. Before a commit, the names of the files that it refers to are synced. A
/// crash leaves all earlier transactions whole, and nothing of the open one.
/// </summary>
internal sealed class SpoolWriter : IDisposable
{
    private const int LargestBatch = 1024;

    /// <summary>While a sync runs, the writer wakes when this many writes wait. Waking for fewer costs more time than it saves.</summary>
    private const int GatherStep = 16;

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
        SpoolConnections connections, IBodyFiles files, SpoolTallies tallies, TimeProvider clock, SpoolMetrics metrics, ILogger log,
        SpoolInternals internals)
    {
        (_connections, _files, _tallies, _clock, _log, _internals) = (connections, files, tallies, clock, log, internals);
        _health = new SpoolHealth(clock, log) { Probe = Probe };
        _session = new WriterSession(connections.OpenWriter(), tallies);
        _syncer = new CommitSyncer(() => connections.Log, _health, metrics, clock, Synced);
        _thread = new Thread(Run) { IsBackground = true, Name = "spool writer" };
        _thread.Start();
    }

    /// <summary>True after a failed commit until one succeeds.</summary>
    public bool IsFailing => _health.IsFailing;

    /// <summary>How long the oldest write has waited for its commit; zero if none waits.</summary>
    public TimeSpan Waiting
    {
        get
        {
            // The writes that are being synced are older than those of the next transaction.
            var oldest = _syncer.Oldest is not 0 and var syncing ? syncing : Volatile.Read(ref _oldest);
            return oldest == 0 ? TimeSpan.Zero : _clock.GetElapsedTime(oldest);
        }
    }

    public ValueTask WriteAsync(SpoolWrite write)
    {
        Write(write);
        return write.Completion;
    }

    /// <summary>As <see cref="WriteAsync"/>, for a write whose result is awaited in its own way.</summary>
    public void Write(SpoolWrite write)
    {
        lock (_gate)
        {
            if (_isStopping)
                throw new SpoolUnavailableException("the spool is closed");
            Add(write);
        }
    }

    /// <summary>Commits what waits, then ends both threads.</summary>
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

    /// <summary>The time in ticks of the clock. Never 0, which stands for "nothing waits".</summary>
    private long Now() => Math.Max(1, _clock.GetTimestamp());

    private void Probe()
    {
        lock (_gate)
        {
            // A write that waits tests the disk as well. On a disk that hangs, it is the previous probe.
            if (!_isStopping && _waiting.Count == 0)
                Add(new ProbeWrite());
        }
    }

    private void Synced()
    {
        lock (_gate)
        {
            // An idle writer is not woken: no write has come.
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

    /// <summary>Waits until some writes have come or the sync has ended, and adds what has come.</summary>
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
    /// Senders released by the previous commit usually submit their next message at once. A commit for the few that are here already would
    /// make all others wait for its sync. So after a large commit the writer waits briefly, until half as many writes have come.
    /// </summary>
    private void AwaitCompany(List<SpoolWrite> writes)
    {
        lock (_gate)
        {
            if (writes.Count + _waiting.Count < _lastCommitted / 2 && _internals.Company > TimeSpan.Zero && !_isStopping)
            {
                _wakeAt = (_lastCommitted / 2) - writes.Count;
                Monitor.Wait(_gate, _internals.Company);
                _wakeAt = 0;
            }
            Take(writes);
        }
    }

    /// <summary>Adds waiting writes to the transaction up to its limit. Called inside the lock.</summary>
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
            // Outside of the try block, because a failure from here on does not undo the commit.
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
        // The syncer tells from here on how long these writes wait. It may have told their senders before this thread runs again.
        Volatile.Write(ref _oldest, 0);
        _syncer.Start(new CommittedBatch(writes, started, _session.LogPages));
    }

    /// <summary>Fills a transaction while the previous commit is being synced. After a failed sync the log is mended first.</summary>
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

    /// <summary>
    /// Checkpoints the log after a commit, so that no 250 of that commit waits for it. Later commits wait until it is done.
    /// </summary>
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

    /// <summary>Fails the writes that can't succeed, and returns those that are to be tried again.</summary>
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
        // On a full disk the other writes are tried without new mail: they need less space, and some free it.
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
