using InboundBridge.MailFlow.Spool.Bodies;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.MailFlow.Spool.Sqlite.Records;

namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>The writer's connection with its prepared statements. Replaced after an error of the disk.</summary>
internal sealed class WriterSession : IDisposable
{
    /// <summary>Pages of the log at which a checkpoint is due. Four times as many double the time of the longest commits.</summary>
    private const int LongLog = 1000;

    /// <summary>Number of attempts that are kept of each delivery.</summary>
    private const int AttemptsKept = 100;

    private readonly SqliteDatabase _database;
    private readonly SpoolTallies _tallies;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _insertMessage;
    private readonly SqliteStatement _insertBody;
    private readonly SqliteStatement _insertDelivery;
    private readonly SqliteStatement _addTally;
    private readonly SqliteStatement _addTotal;
    private readonly Dictionary<string, SqliteStatement> _others = new(StringComparer.Ordinal);
    private long _lastSeq;
    private long _committedSeq;

    public WriterSession(SqliteDatabase database, SpoolTallies tallies)
    {
        _database = database;
        _database.WatchLog();
        _tallies = tallies;
        _begin = database.Prepare("BEGIN IMMEDIATE");
        _commit = database.Prepare("COMMIT");
        _insertMessage = database.Prepare(MessageRow.Insert);
        _insertBody = database.Prepare("INSERT INTO bodies(message, octets) VALUES(?1, ?2)");
        _insertDelivery = database.Prepare(DeliveryRow.Insert);
        _addTally = database.Prepare(
            "INSERT INTO tallies(destination, state, count) VALUES(?1, ?2, ?3) ON CONFLICT(destination, state) DO UPDATE SET count = count + excluded.count");
        _addTotal =
            database.Prepare(
                "INSERT INTO totals(name, value) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET value = value + excluded.value");
        _lastSeq = _committedSeq = database.ReadNumber("SELECT max(seq) FROM messages");
    }

    public SqliteDatabase Database => _database;

    public void Begin() => _begin.Run();

    public void Commit()
    {
        _tallies.Write(_addTally, _addTotal);
        _database.Commit(_commit);
        _tallies.Committed();
        _committedSeq = _lastSeq;
    }

    /// <summary>A checkpoint is due.</summary>
    public bool IsLogLong => _database.LogPages >= LongLog;

    /// <summary>Pages that the log holds after the last commit.</summary>
    public int LogPages => _database.LogPages;

    public LogMove MoveLog() => _database.MoveLog();

    /// <summary>An erasure has been committed, and the log may still hold what it erased.</summary>
    public bool WantsEmptyLog { get; set; }

    /// <summary>
    /// Checkpoints all of the log and truncates it. While a reader needs the log this
    /// fails, and the writer tries again after its next commit.
    /// </summary>
    public LogMove EmptyLog()
    {
        var move = _database.EmptyLog();
        WantsEmptyLog = !move.IsComplete;
        return move;
    }

    public void RollBack()
    {
        _tallies.RolledBack();
        _lastSeq = _committedSeq;
        try
        {
            _database.Execute("ROLLBACK");
        }
        catch (SqliteFault fault) when (fault.Code == SQLitePCL.raw.SQLITE_ERROR)
        {
            // SQLite has already rolled back, as it does after most errors of the disk.
        }
    }

    /// <summary>Finds a statement by its text, and prepares it the first time.</summary>
    public SqliteStatement Statement(string sql)
    {
        if (!_others.TryGetValue(sql, out var statement))
            _others[sql] = statement = _database.Prepare(sql);
        return statement;
    }

    /// <param name="octets">Null if the octets are in a file.</param>
    /// <param name="attempts">As in <see cref="NewMail.Attempts"/>.</param>
    /// <returns>The number of the first delivery; the others count up from it.</returns>
    public long InsertMessage(
        MessageRow message, MailBuffer? octets, IReadOnlyList<DeliveryRow> deliveries,
        IReadOnlyList<FailedAttempt?>? attempts = null)
    {
        var seq = ++_lastSeq;
        message.Run(_insertMessage, seq);
        if (octets is not null)
            _insertBody.Bind(1, seq).Run(2, octets.Received.Span);
        _tallies.CountMessage(1, message.Size);
        var first = seq << SpoolSchema.OrdinalBits;
        InsertDeliveries(first, deliveries);
        for (var index = 0; index < attempts?.Count; index++)
        {
            if (attempts[index] is { } attempt)
                AddAttempt(first + index, attempt);
        }
        return first;
    }

    /// <param name="first">Number of the first delivery; the others count up from it.</param>
    public void InsertDeliveries(long first, IReadOnlyList<DeliveryRow> deliveries)
    {
        for (var index = 0; index < deliveries.Count; index++)
        {
            var row = deliveries[index];
            row.Run(_insertDelivery, first + index);
            Count(row.Delivery.Destination, row.Delivery.State, 1);
        }
    }

    public void AddAttempt(long seq, FailedAttempt attempt)
    {
        Statement(
            "INSERT OR REPLACE INTO attempts(delivery, started_at, number, duration, outcome, reply, reply_code, reply_enhanced, reply_host) " +
            "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
            .Bind(1, seq).Bind(2, attempt.Started).Bind(3, attempt.Number).Bind(4, (long)attempt.Duration.TotalMilliseconds)
            .Bind(5, attempt.Outcome).Bind(6, attempt.Reply.Text).BindReplyCodes(7, attempt.Reply).Run();
        if (attempt.Number > AttemptsKept)
        {
            Statement("DELETE FROM attempts WHERE delivery = ?1 AND number <= ?2 AND started_at < ?3")
                .Bind(1, seq).Bind(2, attempt.Number - AttemptsKept).Bind(3, attempt.Started).Run();
        }
    }

    /// <summary>The number for the next delivery of a stored message.</summary>
    public long NextDeliverySeq(long messageSeq)
    {
        var last = Statement("SELECT max(seq) FROM deliveries WHERE seq BETWEEN ?1 AND ?2");
        last.Bind(1, messageSeq << SpoolSchema.OrdinalBits).Bind(2, (messageSeq + 1 << SpoolSchema.OrdinalBits) - 1);
        var next = last.Step() && !last.IsNull(0) ? last.Number(0) + 1 : messageSeq << SpoolSchema.OrdinalBits;
        last.Reset();
        return next;
    }

    public void Count(string destination, DeliveryState state, int change) => _tallies.Count(destination, state, change);

    public void CountMessage(int change, long octets) => _tallies.CountMessage(change, octets);

    public void Dispose() => _database.Dispose();
}
