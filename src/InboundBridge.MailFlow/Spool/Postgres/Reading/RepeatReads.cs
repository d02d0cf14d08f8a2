using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using InboundBridge.MailFlow.Spool.Searching;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Reading;

/// <summary>Finds what a delivery repeats (<see cref="RepeatLook"/>), by the same steps as the embedded store.</summary>
internal static class RepeatReads
{
    /// <summary>Deliveries that begin with an id, in the order of their octets: '/' follows '.'.</summary>
    private const string OfId = "SELECT id, state FROM deliveries WHERE id >= $1 AND id < $1 || '/' ORDER BY id LIMIT $2";

    /// <summary>Open deliveries of all destinations, in the order of the index of what is due.</summary>
    private const string Open = "SELECT id, state FROM deliveries WHERE state < 2 ORDER BY destination, next_at, seq LIMIT $1";

    public static async Task<DeliveryState?> FindAsync(NpgsqlConnection connection, string id)
    {
        await using var ofId = new NpgsqlCommand(OfId, connection);
        ofId.Parameters.Text(id).Number(RepeatLook.RowsExamined + 1);
        var own = await LookAsync(ofId, id);
        if (own.Open is { } open)
            return open;
        if (own.IsWhole)
            return own.Same;
        await using var ofAll = new NpgsqlCommand(Open, connection);
        ofAll.Parameters.Number(RepeatLook.RowsExamined + 1);
        var all = await LookAsync(ofAll, id);
        return all.Open ?? (all.IsWhole ? own.Same : DeliveryState.Pending);
    }

    private static async Task<RepeatLook> LookAsync(NpgsqlCommand command, string id)
    {
        var look = new RepeatLook(id);
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync() && look.Take(rows.GetString(0), (DeliveryState)rows.GetInt16(1)))
            continue;
        return look;
    }
}
