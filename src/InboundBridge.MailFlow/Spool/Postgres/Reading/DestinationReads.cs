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
    /// Deliveries that are claimed come first, so those are passed over: at most as many as the windows of all nodes hold.
    /// </summary>
    private const string Free =
        $"""
        SELECT r.destination, f.next_at FROM unnest($1::text[]) AS r(destination) CROSS JOIN LATERAL (
          SELECT d.next_at FROM deliveries d WHERE d.destination = r.destination AND d.state < 2 AND {ClaimRows.IsFree}
          ORDER BY d.next_at, d.seq LIMIT 1) f
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
        NpgsqlConnection connection, IReadOnlyList<string> destinations) => ReadAsync(connection, Free, destinations);

    public static Task<IReadOnlyDictionary<string, DateTimeOffset>> OldestOpenAsync(
        NpgsqlConnection connection, IReadOnlyList<string> destinations) => ReadAsync(connection, Oldest, destinations);

    private static async Task<IReadOnlyDictionary<string, DateTimeOffset>> ReadAsync(
        NpgsqlConnection connection, string sql, IReadOnlyList<string> destinations)
    {
        var times = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        if (destinations.Count == 0)
            return times;
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Texts([.. destinations]);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            times[reader.GetString(0)] = reader.Time(1);
        return times;
    }
}
