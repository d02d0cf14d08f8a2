using System.Globalization;
using InboundBridge.MailFlow.Spool.Contract;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Opening;

/// <summary>
/// Refuses a pooler that may give each transaction another session of the server, such as PgBouncer with <c>pool_mode = transaction</c>.
/// There, settings of a connection (above all synchronous_commit) and LISTEN are lost without an error, and prepared statements with one.
/// </summary>
internal static class PoolerCheck
{
    /// <summary>A pooler hands out the session that was used last. With many clients another one may get it first.</summary>
    private const int Rounds = 4;

    /// <exception cref="SpoolRefusedException">There is such a pooler.</exception>
    public static async Task RunAsync(
        NpgsqlConnection one, PostgresConnections connections, string place, CancellationToken cancellationToken)
    {
        // A pooler makes up the number that it tells at the beginning of a connection.
        var own = await SessionAsync(one, 0, cancellationToken);
        for (var round = 1; own != one.ProcessID && round <= Rounds; round++)
        {
            await using var other = await connections.OpenAsync(cancellationToken);
            await using var transaction = await other.BeginTransactionAsync(cancellationToken);
            // While its transaction is open, the session of the other connection is surely its own.
            if (await SessionAsync(other, round, cancellationToken) == own || await SessionAsync(one, round, cancellationToken) != own)
            {
                throw new SpoolRefusedException(
                    $"the spool in {place} is behind a pooler that changes sessions between transactions, where a commit may not be "
                    + "durable and notices get lost: use session pooling (PgBouncer: pool_mode = session), or connect to the server");
            }
        }
    }

    /// <summary>Each question has a text of its own: it must not become a prepared statement, which may be lost between two.</summary>
    private static async Task<int> SessionAsync(NpgsqlConnection connection, int round, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            string.Create(CultureInfo.InvariantCulture, $"SELECT pg_backend_pid() AS round{round}"), connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
