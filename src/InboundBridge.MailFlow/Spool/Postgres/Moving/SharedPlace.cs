using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Moving;
using InboundBridge.MailFlow.Spool.Postgres.Health;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using InboundBridge.MailFlow.Spool.Sealing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Moving;

/// <summary>Opens a shared spool for the commands on spools.</summary>
internal static class SharedPlace
{
    /// <summary>How long a move waits for the tables. Nodes that run could write nothing meanwhile, so it is short.</summary>
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The transaction may wait for whoever reads the export. Longer than nodes allow themselves, and short enough that a command whose
    /// machine has vanished does not hold VACUUM back for good.
    /// </summary>
    private const string Begin =
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = '1h'; SELECT count(*) FROM pauses";

    private const string Alone =
        "SELECT pg_try_advisory_lock(hashtextextended(('inboundbridge import ' || current_schema()) COLLATE \"C\", 0))";

    private const string Unfinished = "SELECT count(*) FROM notes WHERE kind = $1 AND substring(value FROM 1 FOR 4) <> $2";

    /// <exception cref="SpoolRefusedException">There is no spool, or of another version.</exception>
    /// <exception cref="SpoolUnavailableException">The database can't be reached or read.</exception>
    public static Task<ISpoolSnapshot> ReadAsync(
        PostgresSettings settings, CancellationToken cancellationToken) => OpenAsync<ISpoolSnapshot>(
        settings,
        async (source, connection) =>
        {
            await CheckAsync(connection, settings.Place, cancellationToken);
            await using (var begin = new NpgsqlCommand(Begin, connection))
                await begin.ExecuteNonQueryAsync(cancellationToken);
            await using var key = new NpgsqlCommand("SELECT value FROM keys WHERE name = 'options'", connection);
            var seal = new OptionsSeal((byte[])(await key.ExecuteScalarAsync(cancellationToken))!);
            return new PostgresSnapshot(source, connection, settings.Place, seal);
        },
        isKept: true, cancellationToken);

    /// <summary>Closes a spool for good. A second call goes on with the same move.</summary>
    /// <returns>The id of the export by which the spool is moved.</returns>
    /// <exception cref="SpoolRefusedException">Nodes run, or somebody else holds the tables.</exception>
    public static Task<string> CloseAsync(PostgresSettings settings, string exportId, CancellationToken cancellationToken) => OpenAsync(
        settings,
        async (_, connection) =>
        {
            await CheckAsync(connection, settings.Place, cancellationToken);
            if (await PostgresClosure.FindMoveAsync(connection, cancellationToken) is null)
                await RunningNodes.CheckAsync(connection, settings.Place, cancellationToken);
            return await PostgresClosure.CloseAsync(connection, settings.Place, exportId, LockPatience, cancellationToken);
        },
        isKept: false, cancellationToken);

    /// <returns>False: it was not moved.</returns>
    public static Task<bool> ReopenAsync(PostgresSettings settings, CancellationToken cancellationToken) => OpenAsync(
        settings,
        async (_, connection) =>
        {
            await CheckAsync(connection, settings.Place, cancellationToken);
            return await PostgresClosure.ReopenAsync(connection, cancellationToken);
        },
        isKept: false, cancellationToken);

    /// <exception cref="SpoolRefusedException">An import is not finished.</exception>
    public static Task<bool> CheckIsWholeAsync(PostgresSettings settings, CancellationToken cancellationToken) => OpenAsync(
        settings,
        async (_, connection) =>
        {
            await CheckAsync(connection, settings.Place, cancellationToken);
            await using var command = new NpgsqlCommand(Unfinished, connection);
            command.Parameters.AddWithValue(ImportMark.Kind);
            command.Parameters.AddWithValue("done"u8.ToArray());
            return await command.ExecuteScalarAsync(cancellationToken) is 0L ? true : throw new SpoolRefusedException(
                $"an import into the spool in {settings.Place} was interrupted. Run 'inboundbridge spool import FILE' again first, or remove " +
                "what it has stored with 'inboundbridge spool import --abandon'");
        },
        isKept: false, cancellationToken);

    /// <exception cref="SpoolRefusedException">Another import runs, or the spool was moved.</exception>
    /// <exception cref="SpoolUnavailableException">The database can't be reached.</exception>
    public static async Task<ISpoolTarget> TakeAsync(
        SpoolOptions options, PostgresSettings settings, TimeProvider clock, CancellationToken cancellationToken)
    {
        var whole = settings.ForWholeSpool();
        // A node of this machine may have the directory itself.
        var folder = Path.Combine(options.Path, "import");
        var spool = await PostgresSpoolStart.OpenAsync(
            options with { Path = folder }, whole, new PostgresInternals { RecentOctets = 0 }, clock, NullLogger.Instance,
            cancellationToken);
        try
        {
            return await OpenAsync<ISpoolTarget>(
                settings,
                async (source, connection) =>
                {
                    await using var alone = new NpgsqlCommand(Alone, connection);
                    return await alone.ExecuteScalarAsync(cancellationToken) is true
                        ? new PostgresTarget(settings.Place, spool, source, connection, folder)
                        : throw new SpoolRefusedException($"another import into the spool in {settings.Place} runs");
                },
                isKept: true, cancellationToken);
        }
        catch
        {
            await spool.DisposeAsync();
            throw;
        }
    }

    private static async Task<T> OpenAsync<T>(
        PostgresSettings settings, Func<NpgsqlDataSource, NpgsqlConnection, Task<T>> work, bool isKept, CancellationToken cancellationToken)
    {
        var source = NpgsqlDataSource.Create(settings.ForWholeSpool().Text);
        NpgsqlConnection? connection = null;
        var isDone = false;
        try
        {
            connection = await source.OpenConnectionAsync(cancellationToken);
            var result = await work(source, connection);
            isDone = isKept;
            return result;
        }
        catch (NpgsqlException fault)
        {
            throw new SpoolUnavailableException($"the spool in {settings.Place} can't be used: {PostgresFault.Words(fault)}", fault);
        }
        finally
        {
            if (!isDone)
            {
                await (connection?.DisposeAsync() ?? ValueTask.CompletedTask);
                await source.DisposeAsync();
            }
        }
    }

    private static async Task CheckAsync(NpgsqlConnection connection, string place, CancellationToken cancellationToken)
    {
        await using var there = new NpgsqlCommand("SELECT to_regclass('spool_version')::text", connection);
        if (await there.ExecuteScalarAsync(cancellationToken) is not string)
            throw new SpoolRefusedException($"there is no spool in {place}");
        await using var command = new NpgsqlCommand("SELECT max(readable_from) FROM spool_version", connection);
        if (await command.ExecuteScalarAsync(cancellationToken) is int version && version > PostgresSchema.Version)
        {
            throw new SpoolRefusedException(string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"the spool in {place} needs a program of schema version {version}, and this one knows {PostgresSchema.Version}: ") +
                "use the program of the nodes");
        }
    }
}
