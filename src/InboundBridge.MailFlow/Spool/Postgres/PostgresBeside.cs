using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using InboundBridge.MailFlow.Spool.Postgres.Reading;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres;

/// <summary>Looks into a shared spool for commands that run beside the appliance. Writes nothing, and makes no tables.</summary>
public static class PostgresBeside
{
    /// <summary>What greylisting remembers. Where the database has no spool yet, nothing is remembered.</summary>
    /// <exception cref="SpoolUnavailableException">The database can't be read.</exception>
    public static ValueTask<IReadOnlyList<GreylistEntry>> FindGreylistAsync(
        PostgresSettings settings, IReadOnlyList<UInt128> keys, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<GreylistEntry>>(settings, [], connection => StoreReads.GreylistAsync(connection, keys), cancellationToken);

    /// <summary>The key that signs links; null where the database has no spool yet.</summary>
    /// <exception cref="SpoolUnavailableException">The database can't be read.</exception>
    public static ValueTask<byte[]?> FindLinkKeyAsync(PostgresSettings settings, CancellationToken cancellationToken) => ReadAsync(
        settings, null,
        async connection =>
        {
            await using var command = new NpgsqlCommand("SELECT value FROM keys WHERE name = 'links'", connection);
            return await command.ExecuteScalarAsync(cancellationToken) as byte[];
        },
        cancellationToken);

    /// <summary>Why the appliance could not use the database: it can't connect, lacks a right, or the spool was moved away.</summary>
    public static async ValueTask<PostgresObstacles> FindObstaclesAsync(
        PostgresSettings settings, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var connections = new PostgresConnections(settings);
        try
        {
            return await connections.RunAsync(
                async connection =>
                {
                    await PoolerCheck.RunAsync(connection, connections, settings.Place, cancellationToken);
                    var missing = await RightsCheck.FindMissingAsync(connection, cancellationToken);
                    return new PostgresObstacles(missing, await FindClosureAsync(connection, settings.Place, cancellationToken));
                },
                cancellationToken);
        }
        catch (SpoolUnavailableException fault)
        {
            return new PostgresObstacles(
                [await RefusalWords.OfAsync(settings, fault.InnerException ?? fault, clock, cancellationToken)], null);
        }
        catch (SpoolRefusedException fault)
        {
            return new PostgresObstacles([fault.Message], null);
        }
    }

    private static async Task<string?> FindClosureAsync(NpgsqlConnection connection, string place, CancellationToken cancellationToken)
    {
        // Without the tables there is no spool yet; without the right to read them, that is the obstacle.
        await using (var command = new NpgsqlCommand(
            "SELECT coalesce(has_table_privilege(to_regclass('keys')::oid, 'SELECT'), false)", connection))
        {
            if (await command.ExecuteScalarAsync(cancellationToken) is not true)
                return null;
        }
        try
        {
            await PostgresClosure.CheckAsync(connection, place, cancellationToken);
            return null;
        }
        catch (SpoolRefusedException closed)
        {
            return closed.Message;
        }
    }

    private static async ValueTask<T> ReadAsync<T>(
        PostgresSettings settings, T withoutSpool, Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var connections = new PostgresConnections(settings);
        try
        {
            return await connections.RunAsync(read, cancellationToken);
        }
        catch (SpoolUnavailableException fault) when (fault.InnerException is PostgresException
        {
            SqlState: PostgresErrorCodes.UndefinedTable,
        })
        {
            return withoutSpool;
        }
    }
}
