using System.Globalization;
using System.Text;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Health;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Opening;

/// <summary>
/// Closes a spool that was moved: its id stands in <c>keys</c>, so that no node starts, and triggers refuse every change to messages and
/// deliveries, so that nodes that run accept nothing (451), claim nothing and deliver nothing.
/// </summary>
internal static class PostgresClosure
{
    /// <summary>The key in <c>keys</c> that a moved spool has.</summary>
    public const string Name = "moved";

    /// <summary>Read-only (25006), which nodes of every version take for a database that accepts no writes.</summary>
    private const string Close =
        $$"""
        CREATE FUNCTION spool_moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          RAISE EXCEPTION '{{SpoolMove.Refusal}} (inboundbridge spool export --move)' USING ERRCODE = '25006'; END $$;
        CREATE TRIGGER spool_moved BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON messages
          FOR EACH STATEMENT EXECUTE FUNCTION spool_moved();
        CREATE TRIGGER spool_moved BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON deliveries
          FOR EACH STATEMENT EXECUTE FUNCTION spool_moved();
        """;

    private const string Open =
        "DROP TRIGGER IF EXISTS spool_moved ON messages; DROP TRIGGER IF EXISTS spool_moved ON deliveries; " +
        $"DROP FUNCTION IF EXISTS spool_moved(); DELETE FROM keys WHERE name = '{Name}'";

    /// <exception cref="SpoolRefusedException">It was moved.</exception>
    public static async Task CheckAsync(NpgsqlConnection connection, string place, CancellationToken cancellationToken)
    {
        if (await FindMoveAsync(connection, cancellationToken) is null)
            return;
        throw new SpoolRefusedException(
            $"the spool in {place} was moved to another store by 'inboundbridge spool export --move', and would deliver its mail twice. " +
            "If the export was never imported, 'inboundbridge spool reopen' opens it again; else use another database or schema")
        {
            Obstacle = SpoolMove.Obstacle,
        };
    }

    /// <summary>The id of the export by which it was moved; null if it was not.</summary>
    public static async Task<string?> FindMoveAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT value FROM keys WHERE name = $1", connection);
        command.Parameters.Text(Name);
        return await command.ExecuteScalarAsync(cancellationToken) is byte[] id ? Encoding.ASCII.GetString(id) : null;
    }

    /// <param name="patience">How long the tables are waited for. While they are, no node can write.</param>
    /// <returns>The id of the export by which it is moved: this one, or that of an earlier call.</returns>
    /// <exception cref="SpoolRefusedException">Deliveries are claimed, or somebody else holds the tables.</exception>
    public static async Task<string> CloseAsync(
        NpgsqlConnection connection, string place, string exportId, TimeSpan patience, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await LockAsync(connection, place, patience, cancellationToken);
        if (await FindMoveAsync(connection, cancellationToken) is { } known)
            return known;
        await using (var claimed = new NpgsqlCommand(
            "SELECT count(*) FROM deliveries WHERE owner IS NOT NULL AND claimed_until > spool_now() AND state < 2", connection))
        {
            if (await claimed.ExecuteScalarAsync(cancellationToken) is > 0L and var count)
            {
                throw new SpoolRefusedException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"nodes are delivering {count} deliveries of the spool in {place}: stop every node before you move the spool. ") +
                    "The claims of a node that was killed end after 30 seconds");
            }
        }
        await RunAsync(connection, Close, cancellationToken);
        await using (var mark = new NpgsqlCommand("INSERT INTO keys(name, value) VALUES($1, $2)", connection))
        {
            mark.Parameters.Text(Name).Octets(Encoding.ASCII.GetBytes(exportId));
            await mark.ExecuteNonQueryAsync(cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        return exportId;
    }

    /// <returns>False: it was not moved.</returns>
    public static async Task<bool> ReopenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await FindMoveAsync(connection, cancellationToken) is null)
            return false;
        await RunAsync(connection, Open, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Waits for the writes that run, and makes others wait.</summary>
    private static async Task LockAsync(
        NpgsqlConnection connection, string place, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(
                connection,
                string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = {(long)patience.TotalMilliseconds}; ") +
                "LOCK TABLE messages, deliveries IN SHARE ROW EXCLUSIVE MODE; SET LOCAL lock_timeout = 0",
                cancellationToken);
        }
        catch (PostgresException fault) when (PostgresFault.IsLocked(fault))
        {
            var waited = patience.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            throw new SpoolRefusedException(
                $"the spool in {place} was not closed: another session of the database has held its tables for {waited} s. Stop every " +
                "node and wait for imports and maintenance; pg_stat_activity and pg_locks name the session",
                fault);
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
