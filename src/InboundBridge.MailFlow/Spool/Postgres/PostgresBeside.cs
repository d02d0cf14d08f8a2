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

    /// <summary>Why the appliance could not use the database: it can't connect, or lacks a right. Empty: it could use it.</summary>
    public static async ValueTask<IReadOnlyList<string>> FindObstaclesAsync(
        PostgresSettings settings, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var connections = new PostgresConnections(settings);
        try
        {
            return await connections.RunAsync(
                async connection =>
                {
                    await PoolerCheck.RunAsync(connection, connections, settings.Place, cancellationToken);
                    return await RightsCheck.FindMissingAsync(connection, cancellationToken);
                },
                cancellationToken);
        }
        catch (SpoolUnavailableException fault)
        {
            return [await RefusalWords.OfAsync(settings, fault.InnerException ?? fault, clock, cancellationToken)];
        }
        catch (SpoolRefusedException fault)
        {
            return [fault.Message];
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
