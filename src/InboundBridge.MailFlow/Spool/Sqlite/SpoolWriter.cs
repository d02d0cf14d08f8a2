using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool.Sqlite;

/// <summary>
/// The one thread that writes the database. It takes everything that waits into one transaction and tells each after COMMIT, so that a sync of the disk is
/// shared by all who need one. While it syncs, the next batch gathers; it never waits for company, but for what can linger.
/// On disk: before a commit, what it names in files is flushed. A crash leaves the transactions before it whole and nothing of it.
/// </summary>
internal sealed class SpoolWriter : IDisposable
{
    private const int LargestBatch = 1024;

    private readonly Func<SqliteDatabase> _open;
    private readonly IBodyFiles _files;
    private readonly SpoolTallies _tallies;
    private readonly TimeProvider _clock;
    private readonly SpoolMetrics _metrics;
    private readonly ILogger _log;
    private readonly SpoolInternals _internals;
    private readonly Thread _thread;
    private readonly object _gate = new();
    private List<SpoolWrite> _waiting = [];
    private List<SpoolWrite> _batch = [];
    private WriterSession? _session;
    private int _urgent;
    private bool _isIdle;
    private bool _isStopping;
    private bool _logStays;
    private long _oldest;
    private volatile bool _isFailing;

    public SpoolWriter(
        Func<SqliteDatabase> open, IBodyFiles files, SpoolTallies tallies, TimeProvider clock, SpoolMetrics metrics, ILogger log, SpoolInternals internals)
    {
        (_open, _files, _tallies, _clock, _metrics, _log, _internals) = (open, files, tallies, clock, metrics, log, internals);
        _session = new WriterSession(open(), tallies);
        _thread = new Thread(Run) { IsBackground = true, Name = "spool writer" };
        _thread.Start();
    }

    /// <summary>The last commit failed.</summary>
    public bool IsFailing => _isFailing;

    /// <summary>How long the oldest write has been waiting for its commit.</summary>
    public TimeSpan Waiting
    {
        get
        {
            var oldest = Volatile.Read(ref _oldest);
            return oldest == 0 ? TimeSpan.Zero : _clock.GetElapsedTime(oldest);
        }
    }

    public ValueTask WriteAsync(SpoolWrite write)
    {
        write.Enqueued = Math.Max(1, _clock.GetTimestamp());
        lock (_gate)
        {
            if (_isStopping)
                throw new SpoolUnavailableException("the spool is closed");
            _waiting.Add(write);
            if (!write.CanLinger)
                _urgent++;
            if (_isIdle && (_urgent == 1 || _waiting.Count is 1 or LargestBatch / 4))
                Monitor.Pulse(_gate);
        }
        return write.Completion;
    }

    /// <summary>Writes what waits, then ends the thread.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.Pulse(_gate);
        }
        _thread.Join();
        _session?.Dispose();
        _session = null;
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
            foreach (var write in writes)
            {
                write.Committed();
                write.Succeed();
            }
            MoveLog();
            return;
        }
    }

    /// <summary>Behind the commit, so that nobody's 250 waits for it; where it takes long, the next ones do.</summary>
    private void MoveLog()
    {
        if (!_session!.IsLogLong)
            return;
        Volatile.Write(ref _oldest, Math.Max(1, _clock.GetTimestamp()));
        var code = _session.MoveLog();
        Volatile.Write(ref _oldest, 0);
        if (code != SQLitePCL.raw.SQLITE_OK && !_logStays)
            SpoolLog.LogStays(_log, code);
        _logStays = code != SQLitePCL.raw.SQLITE_OK;
    }

    private void Commit(List<SpoolWrite> writes, ref SpoolWrite? current)
    {
        var started = _clock.GetTimestamp();
        _session ??= new WriterSession(_open(), _tallies);
        if (writes.Exists(write => write.HasFile))
            _files.FlushNames();
        _session.Begin();
        foreach (var write in writes)
        {
            current = write;
            write.Apply(_session);
        }
        current = null;
        _internals.BeforeCommit?.Invoke();
        _session.Commit();
        if (_isFailing)
        {
            _isFailing = false;
            SpoolLog.Recovered(_log);
        }
        _metrics.Committed(_clock.GetElapsedTime(started), writes.Count);
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
        if (!_isFailing)
            SpoolLog.CommitFailed(_log, fault);
        _isFailing = true;
        var unavailable = new SpoolUnavailableException($"the commit failed: {fault.Message}", fault);
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
