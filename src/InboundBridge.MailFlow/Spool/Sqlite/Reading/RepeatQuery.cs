using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Searching;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.MailFlow.Spool.Sqlite.Reading;

/// <summary>
/// Finds what a delivery repeats (<see cref="RepeatLook"/>). Usually the deliveries of these ids are few; else all open deliveries are
/// looked at, which are few in a queue that keeps up.
/// </summary>
internal static class RepeatQuery
{
    /// <summary>Deliveries that begin with an id, in the order of their octets. It uses the index of ids: '/' follows '.'.</summary>
    internal const string OfId = "SELECT id, state FROM deliveries WHERE id >= ?1 AND id < ?1 || '/' ORDER BY id LIMIT ?2";

    /// <summary>Open deliveries of all destinations, by the index of what is due.</summary>
    internal const string Open = "SELECT id, state FROM deliveries INDEXED BY deliveries_due WHERE state < 2 LIMIT ?1";

    /// <returns>
    /// An open state when such a delivery is open, or when that can't be found out with so few rows; else the state of the delivery with
    /// exactly this id; null if there is none.
    /// </returns>
    public static DeliveryState? Find(SpoolReader reader, string id)
    {
        var own = Look(reader.Statement(OfId).Bind(1, id).Bind(2, RepeatLook.RowsExamined + 1), id);
        if (own.Open is { } open)
            return open;
        if (own.IsWhole)
            return own.Same;
        var all = Look(reader.Statement(Open).Bind(1, RepeatLook.RowsExamined + 1), id);
        return all.Open ?? (all.IsWhole ? own.Same : DeliveryState.Pending);
    }

    private static RepeatLook Look(SqliteStatement rows, string id)
    {
        var look = new RepeatLook(id);
        try
        {
            while (rows.Step() && look.Take(rows.Text(0), (DeliveryState)rows.Number(1)))
                continue;
            return look;
        }
        finally
        {
            rows.Reset();
        }
    }
}
