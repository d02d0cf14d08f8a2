using System.Globalization;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using InboundBridge.UnitTests.MailFlow.Spool.Postgres;
using InboundBridge.UnitTests.MailFlow.Spool.Postgres.Server;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace InboundBridge.UnitTests.MailFlow.Spool.Moving;

/// <summary>A place for one spool of a test, embedded or shared.</summary>
internal sealed class MovePlace : IAsyncDisposable
{
    private static int _count;

    private readonly SpoolFolder _folder = new();
    private readonly PostgresServer? _server;
    private readonly string _schema = string.Create(CultureInfo.InvariantCulture, $"move{Interlocked.Increment(ref _count)}");

    private MovePlace(PostgresServer? server)
    {
        _server = server;
        var options = new SpoolOptions
        {
            Path = Path.Combine(_folder.Path, "spool"),
            MinimumFree = 0,
            InlineLimit = SpoolOpening.InlineLimit,
        };
        Value = new SpoolPlace(
            options, server is null ? null : PostgresSettings.Read($"{server.ConnectionText};Search Path={_schema};Maximum Pool Size=6"));
    }

    public SpoolPlace Value { get; }

    public bool IsShared => _server is not null;

    public string Folder => Value.Options.Path;

    public static async Task<MovePlace> CreateAsync(bool isShared)
    {
        var place = new MovePlace(isShared ? await PostgresServer.Shared : null);
        if (isShared)
            await place._server!.RunAsync($"CREATE SCHEMA {place._schema}");
        return place;
    }

    /// <summary>Opens it as the appliance does; of a shared one, as one more node.</summary>
    public async Task<IMailSpool> OpenAsync(TimeProvider clock, string node = "spool")
    {
        if (Value.Shared is not { } shared)
            return await SpoolOpening.OpenAsync(Folder, clock);
        return await PostgresSpoolStart.OpenAsync(
            Value.Options with { Path = Path.Combine(_folder.Path, node) }, shared,
            new PostgresInternals { RecentOctets = 0, Patience = PostgresStore.Patience }, clock, NullLogger.Instance,
            CancellationToken.None);
    }

    public Task<object?> RunAsync(string sql) => _server!.RunAsync($"SET search_path = {_schema}; {sql}");

    /// <summary>One more connection to the shared spool.</summary>
    public async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection($"{_server!.ConnectionText};Search Path={_schema};Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.RunAsync($"DROP SCHEMA {_schema} CASCADE");
        _folder.Dispose();
    }
}
