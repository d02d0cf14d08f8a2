using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.MailFlow.Spool.Sqlite.Health;
using InboundBridge.MailFlow.Spool.Sqlite.Records;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool.Sqlite.Reading;

/// <summary>Reads the next open deliveries of a destination.</summary>
internal sealed class DueQuery(ILogger log)
{
    private const string Rows = $"SELECT {DeliveryRow.Columns}, {MessageRow.Columns} FROM deliveries d CROSS JOIN messages m ON m.seq = d.seq >> 20 ";

    private const string ByTime = Rows + "WHERE d.destination = ?1 AND d.state < 2 ORDER BY d.next_at, d.seq LIMIT ?2";

    private const string ByAge = Rows + $"WHERE d.seq IN ({SeqsByAge}) ORDER BY d.seq LIMIT ?2";

    // "state <> 2" repeats the condition of the partial index; without it SQLite doesn't use the index.
    private const string SeqsByAge =
        "SELECT seq FROM (SELECT seq FROM deliveries WHERE destination = ?1 AND state = 0 AND state <> 2 ORDER BY seq LIMIT ?2) " +
        "UNION ALL SELECT seq FROM (SELECT seq FROM deliveries WHERE destination = ?1 AND state = 1 AND state <> 2 ORDER BY seq LIMIT ?2)";

    private const string SeqsByTime = "SELECT d.seq FROM deliveries d WHERE d.destination = ?1 AND d.state < 2 ORDER BY d.next_at, d.seq LIMIT ?2";

    private const string OneRow = Rows + "WHERE d.seq = ?1";

    /// <summary>Numbers of rows that can't be read. They are skipped, and each was logged once.</summary>
    private readonly HashSet<long> _damaged = [];

    public IReadOnlyList<DueDelivery> Read(SpoolReader reader, DueRequest request)
    {
        try
        {
            var limit = request.Limit;
            lock (_damaged)
            {
                if (_damaged.Count > 0)
                    return ReadOneByOne(reader, request);
            }
            return reader.Statement(request.ByAge ? ByAge : ByTime).Bind(1, request.Destination).Bind(2, limit).ReadAll(ReadRow);
        }
        catch (Exception damage) when (damage is MessageDamagedException or SqliteFault { IsDamage: true })
        {
            reader.ResetAll();
            return ReadOneByOne(reader, request);
        }
    }

    private static DueDelivery ReadRow(SqliteStatement row)
    {
        var message = MessageRow.Read(row, DeliveryRow.Width);
        return new DueDelivery(DeliveryRow.Read(row, 0, message.Id), message);
    }

    /// <summary>Takes the numbers from the index and reads each row on its own, so that a damaged page costs only the rows on it.</summary>
    private List<DueDelivery> ReadOneByOne(SpoolReader reader, DueRequest request)
    {
        lock (_damaged)
        {
            var seqs = reader.Statement(request.ByAge ? SeqsByAge : SeqsByTime).Bind(1, request.Destination).Bind(2, request.Limit + _damaged.Count).ReadAll(row => row.Number(0));
            var found = new List<DueDelivery>();
            foreach (var seq in seqs)
            {
                if (!_damaged.Contains(seq) && found.Count < request.Limit && TryRead(reader, seq) is { } due)
                    found.Add(due);
            }
            return found;
        }
    }

    private DueDelivery? TryRead(SpoolReader reader, long seq)
    {
        try
        {
            return reader.Statement(OneRow).Bind(1, seq).ReadOne(ReadRow);
        }
        catch (Exception damage) when (damage is MessageDamagedException or SqliteFault { IsDamage: true })
        {
            _damaged.Add(seq);
            SpoolLog.Damaged(log, $"delivery {seq & (1 << SpoolSchema.OrdinalBits) - 1} of message number {seq >> SpoolSchema.OrdinalBits}", damage);
            return null;
        }
    }
}
