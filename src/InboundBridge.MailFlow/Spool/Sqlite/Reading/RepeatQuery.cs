using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.MailFlow.Spool.Sqlite.Reading;

/// <summary>
/// Finds what a delivery repeats: one with the same id, or with that id, a dot and more. The same octets may come any number of times, so
/// the work is bounded. Usually the deliveries of these ids are few; else all open deliveries are looked at, which are few in a queue that
/// keeps up.
/// </summary>
internal static class RepeatQuery
{
    /// <summary>Rows that each of the two statements looks at. 500 of them take about a millisecond.</summary>
    public const int RowsExamined = 500;

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
        var own = Look(reader.Statement(OfId).Bind(1, id).Bind(2, RowsExamined + 1), id);
        if (own.Open is { } open)
            return open;
        if (own.IsWhole)
            return own.Same;
        var all = Look(reader.Statement(Open).Bind(1, RowsExamined + 1), id);
        return all.Open ?? (all.IsWhole ? own.Same : DeliveryState.Pending);
    }

    /// <returns>
    /// The state of one that is open; that of the one with exactly this id; whether the rows were all.
    /// </returns>
    private static (DeliveryState? Open, DeliveryState? Same, bool IsWhole) Look(SqliteStatement rows, string id)
    {
        DeliveryState? same = null;
        try
        {
            for (var examined = 0; rows.Step(); examined++)
            {
                if (examined == RowsExamined)
                    return (null, same, false);
                var found = rows.Text(0);
                if (!found.StartsWith(id, StringComparison.Ordinal) || (found.Length > id.Length && found[id.Length] != '.'))
                    continue;
                var state = (DeliveryState)rows.Number(1);
                if (DeliveryTransitions.IsOpen(state))
                    return (state, same, false);
                if (found.Length == id.Length)
                    same = state;
            }
            return (null, same, true);
        }
        finally
        {
            rows.Reset();
        }
    }
}
