using InboundBridge.ScenarioTests.Peers;
using Npgsql;

namespace InboundBridge.ScenarioTests.SharedSpool;

/// <summary>A private PostgreSQL in a folder of its own, reached by a unix socket there (tests/testdata/postgres/server.sh).</summary>
internal sealed class Postgres : IAsyncDisposable
{
    private readonly PeerProcess _process;

    private Postgres(PeerProcess process, string folder) => (_process, Folder) = (process, folder);

    public string Folder { get; }

    public string ConnectionText => $"Host={Folder};Username=postgres;Database=postgres";

    public static async Task<Postgres> StartAsync(params string[] settings)
    {
        var initdb = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetFiles("/usr/lib/postgresql", "initdb", SearchOption.AllDirectories).Order(StringComparer.Ordinal).LastOrDefault()
            : null;
        initdb ??= PeerPrograms.Missing<string>("PostgreSQL is missing (Debian package postgresql); run ./test once (as root)");
        PeerPrograms.NeedRoot("PostgreSQL, under an account of its own,");
        var folder = $"/tmp/ib-pg-{Guid.NewGuid():N}";
        var process = PeerProcess.Start(
            "postgres", "setpriv",
            [
                "--reuid", "postgres", "--regid", "postgres", "--clear-groups", "sh",
                Path.Combine(Checkout.Root, "tests", "testdata", "postgres", "server.sh"), folder, Path.GetDirectoryName(initdb)!,
                .. settings.SelectMany(setting => new[] { "-c", setting }),
            ]);
        await process.LineAsync(new("^ready$"));
        return new Postgres(process, folder);
    }

    /// <summary>Ends the server at once; its clients see broken connections.</summary>
    public Task EndAsync() => OrderAsync("end", "ended");

    /// <summary>Kills the server, which recovers from its log at the next start.</summary>
    public Task KillAsync() => OrderAsync("kill", "ended");

    public Task StartAgainAsync() => OrderAsync("start", "ready");

    /// <summary>Runs statements on a connection of their own.</summary>
    /// <returns>The first column of the first answer, as text.</returns>
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

    private async Task OrderAsync(string order, string answer)
    {
        var before = _process.Lines.Count;
        await _process.TellAsync(order);
        await _process.LineAsync(new($"^{answer}$"), from: before);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
