using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Reading;

/// <summary>
/// Finds what a delivery repeats: one with the same id, or with that id, a dot and more. The same octets may come any number of times, so
/// the work is bounded, as in the embedded store.
/// </summary>
internal static class RepeatReads
{
    /// <summary>Rows that each of the two statements looks at.</summary>
    private const int RowsExamined = 500;

    /// <summary>Deliveries that begin with an id, in the order of their octets: '/' follows '.'.</summary>
    private const string OfId = "SELECT id, state FROM deliveries WHERE id >= $1 AND id < $1 || '/' ORDER BY id LIMIT $2";

    /// <summary>Open deliveries of all destinations, in the order of the index of what is due.</summary>
    private const string Open = "SELECT id, state FROM deliveries WHERE state < 2 ORDER BY destination, next_at, seq LIMIT $1";

    public static async Task<DeliveryState?> FindAsync(NpgsqlConnection connection, string id)
    {
        await using var ofId = new NpgsqlCommand(OfId, connection);
        ofId.Parameters.Text(id).Number(RowsExamined + 1);
        var own = await LookAsync(ofId, id);
        if (own.Open is { } open)
            return open;
        if (own.IsWhole)
            return own.Same;
        await using var ofAll = new NpgsqlCommand(Open, connection);
        ofAll.Parameters.Number(RowsExamined + 1);
        var all = await LookAsync(ofAll, id);
        return all.Open ?? (all.IsWhole ? own.Same : DeliveryState.Pending);
    }

    /// <returns>The state of one that is open; that of the one with exactly this id; whether the rows were all.</returns>
    private static async Task<(DeliveryState? Open, DeliveryState? Same, bool IsWhole)> LookAsync(NpgsqlCommand command, string id)
    {
        DeliveryState? same = null;
        await using var rows = await command.ExecuteReaderAsync();
        for (var examined = 0; await rows.ReadAsync(); examined++)
        {
            if (examined == RowsExamined)
                return (null, same, false);
            var found = rows.GetString(0);
            if (!found.StartsWith(id, StringComparison.Ordinal) || (found.Length > id.Length && found[id.Length] != '.'))
                continue;
            var state = (DeliveryState)rows.GetInt16(1);
            if (DeliveryTransitions.IsOpen(state))
                return (state, same, false);
            if (found.Length == id.Length)
                same = state;
        }
        return (null, same, true);
    }
}
