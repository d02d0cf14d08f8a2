using System.Globalization;
using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using Npgsql;
using NpgsqlTypes;

namespace InboundBridge.MailFlow.Spool.Postgres.Nodes;

/// <summary>
/// The rows of <c>circuits</c>: one for each destination and node that it does not answer. While every destination answers there are none,
/// and an exchange writes nothing.
/// </summary>
internal static class CircuitRows
{
    private const string Closed = "DELETE FROM circuits WHERE node = $1 AND NOT destination = ANY($2::text[])";

    /// <summary>
    /// The node tells how long ago it opened, which comes out a little different each time. The time that is stored stays, so that nodes
    /// agree on whose view is the oldest.
    /// </summary>
    private const string Own =
        """
        INSERT INTO circuits(destination, node, opened_at, until, failures, reason)
        SELECT r.destination, $1, spool_now() - r.open_for, spool_now() + r.remaining, r.failures, r.reason
        FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[])
          AS r(destination, open_for, remaining, failures, reason)
        ON CONFLICT(destination, node) DO UPDATE SET until = excluded.until, failures = excluded.failures, reason = excluded.reason,
          opened_at = CASE WHEN abs(circuits.opened_at - excluded.opened_at) < 2000 THEN circuits.opened_at ELSE excluded.opened_at END
        """;

    /// <summary>Of nodes that are dead, or have nothing to send there. A row that another node is just deleting is passed over.</summary>
    private static readonly string Expired = string.Create(
        CultureInfo.InvariantCulture,
        $"""
        DELETE FROM circuits WHERE (destination, node) IN (
          SELECT destination, node FROM circuits WHERE until < spool_now() - {(long)CircuitView.Grace.TotalMilliseconds}
          FOR UPDATE SKIP LOCKED)
        """);

    private static readonly string All = string.Create(
        CultureInfo.InvariantCulture,
        $"""
        SELECT destination, node, spool_now() - opened_at, until - spool_now(), failures, reason FROM circuits
        WHERE until >= spool_now() - {(long)CircuitView.Grace.TotalMilliseconds} ORDER BY opened_at, node LIMIT {CircuitView.MostRead}
        """);

    public static async Task<IReadOnlyList<CircuitView>> ShareAsync(
        NpgsqlConnection connection, string node, IReadOnlyList<CircuitView> own, CancellationToken cancellationToken)
    {
        List<CircuitView> shared = [.. own.Take(CircuitView.MostOfANode).Select(view => view.Cut())];
        await using var batch = connection.CreateBatch();
        var destinations = shared.ConvertAll(view => StoredText.Of(view.Destination));
        var closed = new NpgsqlBatchCommand(Closed);
        closed.Parameters.Text(node).Texts(destinations);
        batch.BatchCommands.Add(closed);
        if (shared.Count > 0)
            batch.BatchCommands.Add(OwnOf(node, shared, destinations));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Expired));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(All));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        // Only the last command returns rows.
        var views = new List<CircuitView>();
        while (await reader.ReadAsync(cancellationToken))
        {
            views.Add(new CircuitView(
                reader.GetString(0), reader.GetString(1), Span(reader.GetInt64(2)), Span(reader.GetInt64(3)), (int)reader.GetInt64(4),
                reader.GetString(5)));
        }
        return views;
    }

    private static NpgsqlBatchCommand OwnOf(string node, List<CircuitView> shared, List<string> destinations)
    {
        var command = new NpgsqlBatchCommand(Own);
        command.Parameters.Text(node).Texts(destinations)
            .Numbers(shared.ConvertAll(view => (long)view.OpenFor.TotalMilliseconds))
            .Numbers(shared.ConvertAll(view => (long)view.Left.TotalMilliseconds))
            .Numbers(shared.ConvertAll(view => (long)view.Failures))
            .Column(NpgsqlDbType.Text, shared.ConvertAll(view => StoredText.Of(view.Reason)));
        return command;
    }

    private static TimeSpan Span(long milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
