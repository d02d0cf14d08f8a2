using System.Net;
using System.Text.RegularExpressions;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>A private Unbound that serves the zones of a scenario from its configuration and asks nobody else.</summary>
internal sealed partial class Unbound : IAsyncDisposable
{
    private readonly PeerProcess _process;

    private Unbound(PeerProcess process, int port)
    {
        _process = process;
        Address = new IPEndPoint(IPAddress.Loopback, port);
    }

    /// <summary>Where it listens, over UDP and TCP.</summary>
    public IPEndPoint Address { get; }

    public string Log => _process.Log;

    /// <param name="zones">
    /// Lines of the server's configuration: <c>local-zone</c> and <c>local-data</c>; its other clauses may follow.
    /// </param>
    public static Task<Unbound> StartAsync(PeerFolder folder, string zones) => FreePort.WithAsync(1, async ports =>
    {
        var configuration = folder.Write($"unbound-{ports[0]}.conf", $"""
            remote-control:
              control-enable: no
            server:
              directory: "{folder.Path}"
              chroot: ""
              username: ""
              pidfile: ""
              use-syslog: no
              logfile: ""
              do-daemonize: no
              interface: 127.0.0.1@{ports[0]}
              num-threads: 1
              module-config: "iterator"
              max-udp-size: 1232
            {zones}

            """);
        var process = PeerProcess.Start("unbound", PeerPrograms.Find("unbound", "unbound"), ["-d", "-c", configuration], folder.Path);
        try
        {
            await process.LineAsync(Started());
            return new Unbound(process, ports[0]);
        }
        catch (InvalidOperationException) when (process.Log.Contains("already in use", StringComparison.Ordinal))
        {
            await process.DisposeAsync();
            throw new PortTakenException(process.Log);
        }
    });

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    [GeneratedRegex("start of service")]
    private static partial Regex Started();
}
