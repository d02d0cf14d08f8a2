using System.Globalization;
using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Nodes;

/// <summary>
/// The rows of <c>nodes</c>. A node writes its own, by the database's clock, so that the clocks of nodes need not agree on who is lost.
/// </summary>
internal static class NodeRows
{
    private const string Own =
        """
        INSERT INTO nodes(id, name, version, config_version, config_loaded_at, started_at, heard_at, state, reason, listeners)
        VALUES($1, $2, $3, $4, $5, $6, spool_now(), $7, $8, $9)
        ON CONFLICT(id) DO UPDATE SET name = excluded.name, version = excluded.version, config_version = excluded.config_version,
          config_loaded_at = excluded.config_loaded_at, heard_at = excluded.heard_at, state = excluded.state, reason = excluded.reason,
          listeners = excluded.listeners
        """;

    /// <summary>A row that another node is just deleting is passed over.</summary>
    private static readonly string Forget = string.Create(
        CultureInfo.InvariantCulture,
        $"""
        DELETE FROM nodes WHERE id IN (SELECT id FROM nodes WHERE heard_at < spool_now() - {(long)HeardNode.KeptFor.TotalMilliseconds}
          OR id IN (SELECT id FROM nodes ORDER BY heard_at DESC, id OFFSET {HeardNode.Most}) FOR UPDATE SKIP LOCKED)
        """);

    private static readonly string All = string.Create(
        CultureInfo.InvariantCulture,
        $"""
        SELECT id, name, version, config_version, config_loaded_at, started_at, heard_at, greatest(spool_now() - heard_at, 0), state, reason,
          listeners FROM nodes ORDER BY started_at, id LIMIT {HeardNode.Most}
        """);

    public static async Task<int> ReportAsync(NpgsqlConnection connection, SpoolNode self, CancellationToken cancellationToken)
    {
        var node = self.Cut();
        await using var batch = connection.CreateBatch();
        var own = new NpgsqlBatchCommand(Own);
        own.Parameters
            .Text(node.Id).Text(StoredText.Of(node.Name)).Text(node.Version).Text(node.ConfigVersion)
            .Number(StoredTime.Of(node.ConfigLoadedAt)).Number(StoredTime.Of(node.StartedAt)).Number((long)node.State)
            .Text(StoredText.OfNullable(node.Reason)).Text(StoredText.Of(string.Join('\n', node.Listeners)));
        batch.BatchCommands.Add(own);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Forget));
        return await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task<IReadOnlyList<HeardNode>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(All, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var nodes = new List<HeardNode>();
        while (await reader.ReadAsync(cancellationToken))
            nodes.Add(Read(reader));
        return nodes;
    }

    public static async Task<int> RemoveAsync(NpgsqlConnection connection, string id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("DELETE FROM nodes WHERE id = $1", connection);
        command.Parameters.Text(id);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static HeardNode Read(NpgsqlDataReader row)
    {
        var node = new SpoolNode
        {
            Id = row.GetString(0),
            Name = row.GetString(1),
            Version = row.GetString(2),
            ConfigVersion = row.GetString(3),
            ConfigLoadedAt = row.Time(4),
            StartedAt = row.Time(5),
            State = (NodeState)row.GetInt64(8),
            Reason = row.TextOrNull(9),
            Listeners = row.GetString(10).Split('\n', StringSplitOptions.RemoveEmptyEntries),
        };
        return new HeardNode(node, row.Time(6), TimeSpan.FromMilliseconds(row.GetInt64(7)));
    }
}
