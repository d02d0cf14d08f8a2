using System.Globalization;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using InboundBridge.UnitTests.MailFlow.Spool.Postgres.Server;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace InboundBridge.UnitTests.MailFlow.Spool.Postgres;

/// <summary>
/// The shared store in a schema of its own, for the contracts: one node or two, and a database whose clock goes with the test's.
/// </summary>
internal sealed class PostgresStore(bool hasOtherNode = true) : IAsyncDisposable
{
    /// <summary>For commits on the system's clock: a busy machine may need longer than a sender waits.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static int _count;

    private readonly string _schema = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref _count)}");
    private readonly SpoolFolder _folder = new();
    private readonly SpoolFolder _otherFolder = new();
    private NpgsqlDataSource? _owner;
    private IMailSpool? _other;
    private string _text = string.Empty;

    /// <summary>The clock of the other node, where it differs from the first one's, by which the database goes.</summary>
    public TimeProvider? OtherClock { get; init; }

    /// <summary>Where the nodes reach the server; null for its own socket.</summary>
    public string? Host { get; init; }

    public IMailSpool Other => _other ?? throw new InvalidOperationException("the store is not open");

    /// <summary>Opens the first node; the other one stays open from the first time on.</summary>
    public async Task<IMailSpool> OpenAsync(SpoolOptions options, TimeProvider clock, ILogger? log = null)
    {
        await PrepareAsync(clock);
        if (hasOtherNode)
            _other ??= await OpenAsync(_otherFolder, options, OtherClock ?? clock, NullLogger.Instance);
        return await OpenAsync(_folder, options, clock, log ?? NullLogger.Instance);
    }

    public async ValueTask AdvanceAsync(FakeTimeProvider clock, TimeSpan time)
    {
        clock.Advance(time);
        await SetClockAsync(clock);
    }

    public async Task<object?> RunAsync(string sql)
    {
        await using var command = _owner!.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Holds a table until it is disposed of.</summary>
    public Task<IAsyncDisposable> LockAsync(string table) => BeginAsync($"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");

    /// <summary>Begins a transaction that ends when it is disposed of.</summary>
    public async Task<IAsyncDisposable> BeginAsync(string sql)
    {
        var source = NpgsqlDataSource.Create(_text + ";Pooling=false");
        var connection = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand($"BEGIN; {sql}", connection);
        await command.ExecuteNonQueryAsync();
        // Without pooling the server ends the transaction together with the connection.
        return connection;
    }

    /// <summary>Lets new messages wait, however long, until it is disposed of.</summary>
    public async Task<IAsyncDisposable> HoldMessagesAsync()
    {
        await RunAsync(
            "CREATE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('lock_timeout', '0', true), " +
            $"pg_advisory_xact_lock(hashtext('{_schema}')); RETURN NULL; END $$; " +
            "CREATE TRIGGER held BEFORE INSERT ON messages FOR EACH STATEMENT EXECUTE FUNCTION held()");
        return await BeginAsync($"SELECT pg_advisory_xact_lock(hashtext('{_schema}'))");
    }

    /// <summary>New messages that wait.</summary>
    public async Task<long> CountHeldAsync() => (long)(await RunAsync(
        $"SELECT count(*) FROM pg_stat_activity WHERE application_name = '{_schema}' AND wait_event = 'advisory'"))!;

    public async ValueTask DisposeAsync()
    {
        if (_other is not null)
            await _other.DisposeAsync();
        if (_owner is not null)
        {
            await RunAsync($"DROP SCHEMA {_schema} CASCADE");
            await _owner.DisposeAsync();
        }
        _folder.Dispose();
        _otherFolder.Dispose();
    }

    private async Task PrepareAsync(TimeProvider clock)
    {
        if (_owner is not null)
            return;
        var server = await PostgresServer.Shared;
        _text = $"{server.ConnectionText};Search Path={_schema}";
        _owner = NpgsqlDataSource.Create(_text + ";Maximum Pool Size=1");
        await RunAsync($"CREATE SCHEMA {_schema}; CREATE TABLE test_clock(now bigint)");
        await using (var connection = await _owner.OpenConnectionAsync())
            await PostgresSchema.UpgradeAsync(connection, "here", CancellationToken.None);
        await RunAsync("CREATE OR REPLACE FUNCTION spool_now() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT now FROM test_clock'");
        await SetClockAsync(clock);
    }

    private Task<object?> SetClockAsync(TimeProvider clock) => RunAsync(string.Create(
        CultureInfo.InvariantCulture,
        $"DELETE FROM test_clock; INSERT INTO test_clock VALUES({clock.GetUtcNow().ToUnixTimeMilliseconds()})"));

    private async Task<IMailSpool> OpenAsync(SpoolFolder folder, SpoolOptions options, TimeProvider clock, ILogger log) =>
        await PostgresSpoolStart.OpenAsync(
            options with { Path = folder.Path },
            PostgresSettings.Read(
                $"{_text};Maximum Pool Size=6;Application Name={_schema}{(Host is null ? string.Empty : $";Host={Host}")}"),
            new PostgresInternals { Company = TimeSpan.Zero }, clock, log, CancellationToken.None);
}
