using System.Security.Cryptography;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Health;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using InboundBridge.MailFlow.Spool.Sealing;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Opening;

/// <summary>The first contact with the database: its schema and its keys.</summary>
internal static class PostgresOpening
{
    private const int KeyLength = 32;

    /// <summary>Adds nothing where the key is there, and reads it.</summary>
    private const string Key =
        "WITH made AS (INSERT INTO keys(name, value) VALUES($1, $2) ON CONFLICT(name) DO NOTHING RETURNING value) " +
        "SELECT value FROM made UNION ALL SELECT value FROM keys WHERE name = $1 LIMIT 1";

    /// <exception cref="SpoolRefusedException">Trying again won't help.</exception>
    /// <exception cref="SpoolUnavailableException">The database can't be reached, or takes no writes.</exception>
    public static async Task<PostgresKeys> RunAsync(
        PostgresConnections connections, PostgresSettings settings, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            return await connections.RunAsync(
                async connection =>
                {
                    await PoolerCheck.RunAsync(connection, connections, settings.Place, cancellationToken);
                    return await OpenAsync(connection, settings.Place, cancellationToken);
                },
                cancellationToken);
        }
        catch (SpoolUnavailableException fault) when (fault.InnerException is { } inner && PostgresFault.IsRefusal(inner))
        {
            var words = await RefusalWords.OfAsync(settings, inner, clock, cancellationToken);
            throw new SpoolRefusedException($"the spool in {settings.Place} can't be opened: {words}", inner);
        }
    }

    private static async Task<PostgresKeys> OpenAsync(NpgsqlConnection connection, string place, CancellationToken cancellationToken)
    {
        await PostgresSchema.UpgradeAsync(connection, place, cancellationToken);
        await PostgresClosure.CheckAsync(connection, place, cancellationToken);
        return new PostgresKeys(
            new OptionsSeal(await KeyAsync(connection, "options", cancellationToken)),
            await KeyAsync(connection, "links", cancellationToken));
    }

    private static async Task<byte[]> KeyAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Key, connection);
        command.Parameters.Text(name).Octets(RandomNumberGenerator.GetBytes(KeyLength));
        // Null: another node makes it at this moment, and this statement began before its commit.
        while (true)
        {
            if (await command.ExecuteScalarAsync(cancellationToken) is byte[] key)
                return key;
        }
    }
}
