using System.Globalization;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool;

/// <summary>A private HAProxy with the configuration of deploy/haproxy, on other ports.</summary>
internal sealed class BalancingProxy : IAsyncDisposable
{
    private readonly PeerProcess _process;
    private readonly Dictionary<Appliance, string> _names;
    private readonly int _statistics;

    private BalancingProxy(PeerProcess process, Dictionary<Appliance, string> names, int port, int statistics) =>
        (_process, _names, Port, _statistics) = (process, names, port, statistics);

    public int Port { get; }

    public string Log => _process.Log;

    public static Task<BalancingProxy> StartAsync(PeerFolder folder, Appliance first, Appliance second) => FreePort.WithAsync(
        2,
        async ports =>
        {
            var text = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "deploy/haproxy/haproxy.cfg"));
            var file = folder.Write($"haproxy-{ports[0]}.cfg", Placed(
                text,
                ("bind :25", $"bind 127.0.0.1:{ports[0]}"),
                ("192.0.2.11:2525 port 8080", $"127.0.0.1:{first.SmtpPort} port {first.HttpPort}"),
                ("192.0.2.12:2525 port 8080", $"127.0.0.1:{second.SmtpPort} port {second.HttpPort}"))
                + $"\nlisten statistics\n  mode http\n  bind 127.0.0.1:{ports[1]}\n  stats enable\n  stats uri /\n");
            var process = PeerProcess.Start("haproxy", PeerPrograms.Find("haproxy", "haproxy"), ["-db", "-f", file], folder.Path);
            await process.ListeningAsync(() => FreePort.AnswersAsync(ports[1]));
            var proxy = new BalancingProxy(process, new() { [first] = "first", [second] = "second" }, ports[0], ports[1]);
            await proxy.IsUpAsync(first);
            await proxy.IsUpAsync(second);
            return proxy;
        });

    /// <summary>Waits until HAProxy has seen that a node is ready.</summary>
    public async Task IsUpAsync(Appliance node)
    {
        using var http = new HttpClient();
        var line = string.Create(CultureInfo.InvariantCulture, $"nodes,{_names[node]},");
        await Deadline.Usual.UntilAsync(
            async () => (await http.GetStringAsync($"http://127.0.0.1:{_statistics}/;csv")).Split('\n').Any(
                row => row.StartsWith(line, StringComparison.Ordinal) && row.Contains(",UP,", StringComparison.Ordinal)
                    && row.Contains(",L7OK,", StringComparison.Ordinal)),
            $"HAProxy to see {_names[node]}", () => _process.Log);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string Placed(string text, params (string From, string To)[] changes)
    {
        foreach (var (from, to) in changes)
        {
            Assert.Contains(from, text, StringComparison.Ordinal);
            text = text.Replace(from, to, StringComparison.Ordinal);
        }
        return text;
    }
}
