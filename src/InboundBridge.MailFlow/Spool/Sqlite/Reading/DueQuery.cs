using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Claims;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.MailFlow.Spool.Sqlite.Health;
using InboundBridge.MailFlow.Spool.Sqlite.Records;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool.Sqlite.Reading;

/// <summary>
/// Finds the open deliveries of a destination that can be claimed. Rows that are
/// claimed already are passed over without being read in full.
/// </summary>
internal sealed class DueQuery(ILogger log)
{
    private const string Rows =
        $"SELECT {DeliveryRow.Columns}, {MessageRow.Columns} FROM deliveries d CROSS JOIN messages m ON m.seq = d.seq >> 20 ";

    private const string ByTime = Rows + "WHERE d.destination = ?1 AND d.state < 2 ORDER BY d.next_at, d.seq";

    private const string ByAge = Rows + $"WHERE d.seq IN ({SeqsByAge}) ORDER BY d.seq";

    // "state <> 2" repeats the condition of the partial index; without it SQLite doesn't use the index.
    private const string SeqsByAge =
        "SELECT seq FROM (SELECT seq FROM deliveries WHERE destination = ?1 AND state = 0 AND state <> 2 ORDER BY seq LIMIT ?2) " +
        "UNION ALL SELECT seq FROM (SELECT seq FROM deliveries WHERE destination = ?1 AND state = 1 AND state <> 2 ORDER BY seq LIMIT ?2)";

    private const string SeqsByTime =
        "SELECT d.seq FROM deliveries d WHERE d.destination = ?1 AND d.state < 2 ORDER BY d.next_at, d.seq LIMIT ?2";

    private const string OneRow = Rows + "WHERE d.seq = ?1";

    /// <summary>Numbers of rows that can't be read. They are skipped, and each was logged once.</summary>
    private readonly HashSet<long> _damaged = [];

    /// <param name="claims">Claims in force: so many rows may have to be passed over.</param>
    public ClaimResult Claim(SpoolReader reader, ClaimRound round, int claims)
    {
        var limit = round.Request.Limit + claims + 1;
        if (!round.IsTaken)
            Read(reader, round, limit);
        return round.Take();
    }

    private void Read(SpoolReader reader, ClaimRound round, int limit)
    {
        lock (_damaged)
        {
            if (_damaged.Count > 0)
            {
                ReadOneByOne(reader, round, limit);
                return;
            }
        }
        try
        {
            ReadRows(Bind(reader.Statement(round.Request.KeepsOrder ? ByAge : ByTime), round, limit), round);
        }
        catch (Exception damage) when (damage is MessageDamagedException or SqliteFault { IsDamage: true })
        {
            reader.ResetAll();
            round.Restart();
            ReadOneByOne(reader, round, limit);
        }
    }

    /// <summary>
    /// By time the index hands out row after row, and reading stops where the round has enough; only by age does the query need a limit.
    /// </summary>
    private static SqliteStatement Bind(SqliteStatement rows, ClaimRound round, int limit)
    {
        rows.Bind(1, round.Request.Destination);
        return round.Request.KeepsOrder ? rows.Bind(2, limit) : rows;
    }

    private static void ReadRows(SqliteStatement rows, ClaimRound round)
    {
        try
        {
            while (rows.Step())
            {
                if (!Read(rows, round))
                    return;
            }
        }
        finally
        {
            rows.Reset();
        }
    }

    /// <summary>False: the round has enough.</summary>
    private static bool Read(SqliteStatement row, ClaimRound round)
    {
        var step = round.See(row.Text(DeliveryRow.Id), row.Time(DeliveryRow.NextAttempt));
        if (step == ClaimStep.Read)
        {
            var message = MessageRow.Read(row, DeliveryRow.Width);
            round.Add(DeliveryRow.Read(row, 0, message.Id), message);
        }
        return step != ClaimStep.Stop;
    }

    /// <summary>The index lists the rows; each is then read by itself, so that a broken page costs only the rows on it.</summary>
    private void ReadOneByOne(SpoolReader reader, ClaimRound round, int limit)
    {
        lock (_damaged)
        {
            var seqs = reader.Statement(round.Request.KeepsOrder ? SeqsByAge : SeqsByTime)
                .Bind(1, round.Request.Destination).Bind(2, limit + _damaged.Count).ReadAll(row => row.Number(0));
            foreach (var seq in seqs)
            {
                if (!_damaged.Contains(seq) && !TryRead(reader, seq, round))
                    return;
            }
        }
    }

    private bool TryRead(SpoolReader reader, long seq, ClaimRound round)
    {
        var row = reader.Statement(OneRow).Bind(1, seq);
        try
        {
            return !row.Step() || Read(row, round);
        }
        catch (Exception damage) when (damage is MessageDamagedException or SqliteFault { IsDamage: true })
        {
            _damaged.Add(seq);
            SpoolLog.Damaged(
                log, $"delivery {seq & (1 << SpoolSchema.OrdinalBits) - 1} of message number {seq >> SpoolSchema.OrdinalBits}", damage);
            return true;
        }
        finally
        {
            row.Reset();
        }
    }
}
