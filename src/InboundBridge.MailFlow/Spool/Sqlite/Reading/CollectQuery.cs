using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Searching;
using InboundBridge.MailFlow.Spool.Sqlite.Claims;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.MailFlow.Spool.Sqlite.Health;
using InboundBridge.MailFlow.Spool.Sqlite.Records;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool.Sqlite.Reading;

/// <summary>Finds the open deliveries of a destination that a receiver collects, in the order of <see cref="CollectPlace"/>.</summary>
internal sealed class CollectQuery(ILogger log)
{
    /// <summary>Rows that one request reads; a destination may hold mail of many receivers.</summary>
    private const int RowsExamined = 1000;

    // "state <> 2" repeats the condition of the partial index; without it SQLite doesn't use the index.
    private const string Rows =
        $"SELECT {DeliveryRow.Columns}, {MessageRow.Columns} FROM deliveries d CROSS JOIN messages m ON m.seq = d.seq >> 20 "
        + "WHERE d.destination = ?1 AND d.state = ?2 AND d.state <> 2 AND d.seq > ?3 ORDER BY d.seq";

    public ClaimResult Claim(SpoolReader reader, ClaimRound round)
    {
        CollectPlace? place = CollectPlace.Read(round.Request.After);
        var left = RowsExamined;
        while (place is { } current)
        {
            if (Read(reader, round, current, ref left) is { } last)
                return round.Take() with { Seen = (current with { After = last }).ToString() };
            place = current.NextGroup;
        }
        return round.Take();
    }

    /// <summary>Returns the last row that was looked at; null when there are no more.</summary>
    private long? Read(SpoolReader reader, ClaimRound round, CollectPlace place, ref int left)
    {
        var rows = reader.Statement(Rows).Bind(1, round.Request.Destination).Bind(2, (long)place.State).Bind(3, place.After);
        try
        {
            while (rows.Step())
            {
                var seq = rows.Number(0);
                if (TryAdd(rows, round, seq) || --left <= 0)
                    return seq;
            }
            return null;
        }
        finally
        {
            rows.Reset();
        }
    }

    private bool TryAdd(SqliteStatement row, ClaimRound round, long seq)
    {
        try
        {
            if (round.See(row.Text(DeliveryRow.Id), row.Time(DeliveryRow.NextAttempt)) != ClaimStep.Read)
                return false;
            var message = MessageRow.Read(row, DeliveryRow.Width);
            var delivery = DeliveryRow.Read(row, 0, message.Id);
            if (!delivery.Recipients.Any(recipient => round.Request.Collects!(recipient.Address)))
                return false;
            round.Add(delivery, message);
            return true;
        }
        catch (Exception damage) when (damage is MessageDamagedException or SqliteFault { IsDamage: true })
        {
            SpoolLog.Damaged(log, $"delivery number {seq} (collecting)", damage);
            return false;
        }
    }
}
