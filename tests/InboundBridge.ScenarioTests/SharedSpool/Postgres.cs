using System.Globalization;
using InboundBridge.ScenarioTests.Peers;
using Npgsql;

namespace InboundBridge.ScenarioTests.SharedSpool;

/// <summary>
/// A private PostgreSQL in a folder of its own, reached by a unix socket there, and at a port of the loopback interface if it is asked for
/// (tests/testdata/postgres/server.sh).
/// </summary>
internal sealed class Postgres : IAsyncDisposable
{
    private readonly PeerProcess _process;
    private long _ahead;

    private Postgres(PeerProcess process, string folder, int port) => (_process, Folder, Port) = (process, folder, port);

    public string Folder { get; }

    /// <summary>0: only the socket.</summary>
    public int Port { get; }

    public string ConnectionText => Port > 0
        ? $"Host=127.0.0.1;Port={Port};Username=postgres;Database=postgres"
        : $"Host={Folder};Username=postgres;Database=postgres";

    public static Task<Postgres> StartAsync(params string[] settings) => StartAsync(0, [], settings);

    public static Task<Postgres> StartAtPortAsync(params string[] settings) => FreePort.WithAsync(
        1, ports => StartAsync(ports[0], [], ["listen_addresses=127.0.0.1", .. settings]));

    /// <summary>A standby that streams from this server.</summary>
    public Task<Postgres> StartStandbyAsync() => FreePort.WithAsync(
        1,
        ports => StartAsync(
            ports[0], new() { ["STANDBY_OF"] = $"host={Folder} port={Port} user=postgres application_name=standby" },
            ["listen_addresses=127.0.0.1"]));

    /// <summary>Ends the server at once; its clients see broken connections.</summary>
    public Task EndAsync() => OrderAsync("end", "ended");

    /// <summary>Kills the server, which recovers from its log at the next start.</summary>
    public Task KillAsync() => OrderAsync("kill", "ended");

    public Task StartAgainAsync() => OrderAsync("start", "ready");

    /// <summary>Puts the clock forward by which the product judges claims and silent nodes, as if so much time had passed.</summary>
    public async Task PutForwardAsync(int seconds)
    {
        _ahead += seconds * 1000L;
        await ReadAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"CREATE OR REPLACE FUNCTION spool_now() RETURNS bigint LANGUAGE sql STABLE AS "
            + $"'SELECT (extract(epoch FROM statement_timestamp()) * 1000)::bigint + {_ahead}'"));
    }

    /// <summary>Makes a standby the primary.</summary>
    public Task PromoteAsync() => OrderAsync("promote", "promoted");

    /// <summary>Runs a statement on a connection of its own.</summary>
    /// <returns>The first column of the answer, as text.</returns>
    public async Task<IReadOnlyList<string>> ReadAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionText + ";Pooling=false;Application Name=test;Command Timeout=60");
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var texts = new List<string>();
        while (await reader.ReadAsync())
            texts.Add(reader.GetString(0));
        return texts;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<Postgres> StartAsync(int port, Dictionary<string, string> environment, string[] settings)
    {
        var initdb = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetFiles("/usr/lib/postgresql", "initdb", SearchOption.AllDirectories).Order(StringComparer.Ordinal).LastOrDefault()
            : null;
        initdb ??= PeerPrograms.Missing<string>("PostgreSQL is missing (Debian package postgresql); run ./test once (as root)");
        PeerPrograms.NeedRoot("PostgreSQL, under an account of its own,");
        var folder = $"/tmp/ib-pg-{Guid.NewGuid():N}";
        if (port > 0)
            environment["PGPORT"] = port.ToString(CultureInfo.InvariantCulture);
        var process = PeerProcess.Start(
            "postgres", "setpriv",
            [
                "--reuid", "postgres", "--regid", "postgres", "--clear-groups", "sh",
                Path.Combine(Checkout.Root, "tests", "testdata", "postgres", "server.sh"), folder, Path.GetDirectoryName(initdb)!,
                .. settings.SelectMany(setting => new[] { "-c", setting }),
            ],
            environment: environment);
        await ReadyAsync(process);
        return new Postgres(process, folder, port);
    }

    private static async Task ReadyAsync(PeerProcess process)
    {
        try
        {
            await process.LineAsync(new("^ready$"));
        }
        catch (InvalidOperationException) when (process.Log.Contains("already in use", StringComparison.Ordinal))
        {
            throw new PortTakenException(process.Log);
        }
    }

    private async Task OrderAsync(string order, string answer)
    {
        var before = _process.Lines.Count;
        await _process.TellAsync(order);
        await _process.LineAsync(new($"^{answer}$"), from: before);
    }
}
