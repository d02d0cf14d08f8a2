using System.Globalization;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool;

/// <summary>A private PgBouncer in front of a database.</summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    private readonly PeerProcess _process;

    private PgBouncer(PeerProcess process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public string ConnectionText => string.Create(
        CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=postgres;Database=postgres");

    /// <param name="mode">session or transaction</param>
    public static Task<PgBouncer> StartAsync(PeerFolder folder, Postgres postgres, string mode) => FreePort.WithAsync(1, async ports =>
    {
        PeerPrograms.NeedRoot("PgBouncer, under an account of its own,");
        var program = PeerPrograms.Find("pgbouncer", "pgbouncer");
        var file = folder.Write($"pgbouncer-{mode}.ini", $"""
            [databases]
            postgres = host={postgres.Folder} user=postgres
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {ports[0]}
            unix_socket_dir =
            auth_type = any
            pool_mode = {mode}
            default_pool_size = 40
            max_client_conn = 100

            """);
        var process = PeerProcess.Start(
            "pgbouncer", "setpriv", ["--reuid", "postgres", "--regid", "postgres", "--clear-groups", program, file], folder.Path);
        await process.ListeningAsync(() => FreePort.AnswersAsync(ports[0]));
        return new PgBouncer(process, ports[0]);
    });

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
