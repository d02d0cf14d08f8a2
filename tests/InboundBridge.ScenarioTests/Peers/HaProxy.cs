namespace InboundBridge.ScenarioTests.Peers;

/// <summary>A private HAProxy that forwards connections to a listener with a PROXY header.</summary>
internal sealed class HaProxy : IAsyncDisposable
{
    private readonly PeerProcess _process;

    private HaProxy(PeerProcess process, int[] ports)
    {
        _process = process;
        (Version1, Version2) = (ports[0], ports[1]);
    }

    /// <summary>The port whose connections get a header of version 1, the text form.</summary>
    public int Version1 { get; }

    public int Version2 { get; }

    public string Log => _process.Log;

    public static Task<HaProxy> StartAsync(PeerFolder folder, int target) => FreePort.WithAsync(2, async ports =>
    {
        var configuration = folder.Write($"haproxy-{ports[0]}.cfg", $"""
            defaults
              mode tcp
              timeout connect 10s
              timeout client 60s
              timeout server 60s
            listen version1
              bind 127.0.0.1:{ports[0]}
              server appliance 127.0.0.1:{target} send-proxy
            listen version2
              bind 127.0.0.1:{ports[1]}
              server appliance 127.0.0.1:{target} send-proxy-v2

            """);
        var process = PeerProcess.Start("haproxy", PeerPrograms.Find("haproxy", "haproxy"), ["-db", "-f", configuration], folder.Path);
        await process.ListeningAsync(() => FreePort.AnswersAsync(ports[1]));
        return new HaProxy(process, ports);
    });

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
