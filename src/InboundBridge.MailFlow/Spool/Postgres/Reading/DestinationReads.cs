using InboundBridge.MailFlow.Spool.Postgres.Claims;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Reading;

/// <summary>
/// What is asked regularly of every destination, in one statement for all of them. For each destination it looks into an index, so a
/// destination without mail costs a few microseconds of the server.
/// </summary>
internal static class DestinationReads
{
    /// <summary>
    /// Deliveries that are claimed come first, so those are passed over: at most as many as the windows of all nodes hold. The expiry of
    /// another node's claims is part of the answer, so that a node that died is noticed then and not at the next look.
    /// </summary>
    private static readonly string Free =
        $"""
        SELECT r.destination, f.at FROM unnest($1::text[]) AS r(destination) CROSS JOIN LATERAL (
          SELECT least({DueClaims.DueOf("r.destination")}, {DueClaims.ExpiryOf("r.destination", owner: "$2", now: "$3")}) AS at) f
        WHERE f.at IS NOT NULL
        """;

    private const string Oldest =
        """
        SELECT r.destination, min(o.created_at) FROM unnest($1::text[]) AS r(destination) CROSS JOIN LATERAL (
          (SELECT d.created_at FROM deliveries d
            WHERE d.destination = r.destination AND d.state = 0 AND d.state <> 2 ORDER BY d.seq LIMIT 1)
          UNION ALL
          (SELECT d.created_at FROM deliveries d
            WHERE d.destination = r.destination AND d.state = 1 AND d.state <> 2 ORDER BY d.seq LIMIT 1)) o
        GROUP BY r.destination
        """;

    public static Task<IReadOnlyDictionary<string, DateTimeOffset>> FreeAsync(
        NpgsqlConnection connection, IReadOnlyList<string> destinations, string owner, DateTimeOffset now)
    {
        var command = new NpgsqlCommand(Free, connection);
        command.Parameters.Texts([.. destinations]).Text(owner).Number(StoredTime.Of(now));
        return ReadAsync(command);
    }

    public static Task<IReadOnlyDictionary<string, DateTimeOffset>> OldestOpenAsync(
        NpgsqlConnection connection, IReadOnlyList<string> destinations)
    {
        var command = new NpgsqlCommand(Oldest, connection);
        command.Parameters.Texts([.. destinations]);
        return ReadAsync(command);
    }

    private static async Task<IReadOnlyDictionary<string, DateTimeOffset>> ReadAsync(NpgsqlCommand command)
    {
        await using var asked = command;
        var times = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            times[reader.GetString(0)] = reader.Time(1);
        return times;
    }
}
