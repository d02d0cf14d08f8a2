using System.Globalization;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using InboundBridge.MailFlow.Spool.Sealing;
using InboundBridge.MailFlow.Spool.Searching;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Reading;

/// <summary>Lists deliveries, newest first, a page at a time.</summary>
internal static class DeliveryLists
{
    /// <summary>Rows of one query, so that a page that is full soon, or has searched for long, has not read more.</summary>
    private const int Part = 5_000;

    /// <summary>Reads each destination through the index of states, and merges the results. $2 may be NULL.</summary>
    private const string ByState =
        $"SELECT {DeliveryColumns.All}, d.seq FROM (SELECT DISTINCT destination FROM tallies WHERE state = $1 AND count <> 0 " +
        "AND (destination = $2 OR $2 IS NULL)) t CROSS JOIN LATERAL (SELECT * FROM deliveries x WHERE x.destination = t.destination " +
        "AND x.state = $1 AND x.state <> 2 AND x.seq < $3 ORDER BY x.seq DESC LIMIT $4) d JOIN messages m ON m.seq = d.seq >> 20 " +
        "ORDER BY d.seq DESC LIMIT $4";

    private static readonly string Examined = string.Create(
        CultureInfo.InvariantCulture, $"(SELECT * FROM deliveries x WHERE x.seq < $1 ORDER BY x.seq DESC LIMIT {Part})");

    private static readonly string Walk =
        $"SELECT {DeliveryColumns.All}, d.seq FROM {Examined} d JOIN messages m ON m.seq = d.seq >> 20 " +
        "WHERE (d.destination = $2 OR $2 IS NULL) AND (d.state = $3 OR $3 IS NULL) ORDER BY d.seq DESC LIMIT $4";

    private static readonly string End = $"SELECT min(seq), count(*) FROM {Examined} e";

    public static async Task<SpoolPage<SpooledDelivery>> ListAsync(
        NpgsqlConnection connection, DeliveryFilter filter, string? cursor, int limit, OptionsSeal seal, TimeProvider clock)
    {
        if (filter.Id is not null || filter.MessageId is not null)
            return new SpoolPage<SpooledDelivery>(await FindFewAsync(connection, filter, seal), null);
        var before = DeliveryCursor.Read(cursor, long.MaxValue);
        return filter.State is { } state and not DeliveryState.Delivered
            ? await ListByStateAsync(connection, state, filter.Destination, before, limit, seal)
            : await WalkAsync(connection, filter, before, limit, seal, new SearchBudget(clock));
    }

    private static async Task<IReadOnlyList<SpooledDelivery>> FindFewAsync(
        NpgsqlConnection connection, DeliveryFilter filter, OptionsSeal seal)
    {
        IReadOnlyList<SpooledDelivery> found = filter.MessageId is { } messageId
            ? await DeliveryReads.OfMessageAsync(connection, messageId, seal)
            : await DeliveryReads.FindAsync(connection, filter.Id!, seal) is { } one ? [one] : [];
        return
        [
            .. found.Where(
                delivery => (filter.Id is null || delivery.Id == filter.Id) && (filter.State is null || delivery.State == filter.State) &&
                (filter.Destination is null || delivery.Destination == filter.Destination)),
        ];
    }

    private static async Task<SpoolPage<SpooledDelivery>> ListByStateAsync(
        NpgsqlConnection connection, DeliveryState state, string? destination, long before, int limit, OptionsSeal seal)
    {
        await using var command = new NpgsqlCommand(ByState, connection);
        command.Parameters.State(state).Text(destination).Number(before).Number(limit + 1);
        return PageOf(await DeliveryReads.ReadAsync(command, seal), limit, null);
    }

    private static async Task<SpoolPage<SpooledDelivery>> WalkAsync(
        NpgsqlConnection connection, DeliveryFilter filter, long before, int limit, OptionsSeal seal, SearchBudget budget)
    {
        var found = new List<(SpooledDelivery Delivery, long Seq)>();
        while (true)
        {
            await using (var command = new NpgsqlCommand(Walk, connection))
            {
                command.Parameters.Number(before).Text(filter.Destination).NumberOrNull((long?)filter.State)
                    .Number(limit + 1 - found.Count);
                found.AddRange(await DeliveryReads.ReadAsync(command, seal));
            }
            if (found.Count > limit)
                return PageOf(found, limit, null);
            var (reached, count) = await EndAsync(connection, before);
            if (count < Part)
                return PageOf(found, limit, null);
            before = reached;
            budget.Spend(Part);
            if (budget.IsSpent)
            {
                return PageOf(found, limit, DeliveryCursor.Write(reached)) with
                {
                    Searched = await MessageReads.ReceivedUpToAsync(connection, reached >> PostgresSchema.OrdinalBits),
                };
            }
        }
    }

    /// <summary>The lowest number of a part, and its rows.</summary>
    private static async Task<(long Reached, long Count)> EndAsync(NpgsqlConnection connection, long before)
    {
        await using var end = new NpgsqlCommand(End, connection);
        end.Parameters.Number(before);
        await using var reader = await end.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.IsDBNull(0) ? before : reader.GetInt64(0), reader.GetInt64(1));
    }

    private static SpoolPage<SpooledDelivery> PageOf(List<(SpooledDelivery Delivery, long Seq)> found, int limit, string? next)
    {
        var page = found.Take(limit).Select(row => row.Delivery).ToList();
        return new SpoolPage<SpooledDelivery>(page, found.Count <= limit ? next : DeliveryCursor.Write(found[limit - 1].Seq));
    }
}
