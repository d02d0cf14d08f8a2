using System.Text.Json;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>A private Prometheus that scrapes one target each second.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private static readonly HttpClient Client = new();

    private readonly PeerProcess _process;
    private readonly int _port;

    private PrometheusServer(PeerProcess process, int port) => (_process, _port) = (process, port);

    public string Log => _process.Log;

    /// <param name="configuration">Its section <c>scrape_configs</c>, and others.</param>
    public static Task<PrometheusServer> StartAsync(PeerFolder folder, string configuration) => FreePort.WithAsync(1, async ports =>
    {
        var file =
            folder.Write(
                $"prometheus-{ports[0]}.yml", $"global: {{ scrape_interval: 1s, evaluation_interval: 1s }}\n{configuration}");
        var process = PeerProcess.Start(
            "prometheus",
            PeerPrograms.Find("prometheus", "prometheus"),
            [
                $"--config.file={file}", $"--web.listen-address=127.0.0.1:{ports[0]}",
                $"--storage.tsdb.path={Path.Combine(folder.Path, $"tsdb-{ports[0]}")}",
            ],
            folder.Path);
        await process.ListeningAsync(() => FreePort.AnswersAsync(ports[0]));
        return new PrometheusServer(process, ports[0]);
    });

    /// <summary>The value of the only series that a query gives; null while there is none.</summary>
    public async Task<string?> ValueAsync(string query)
    {
        using var answer = await Client.GetAsync(
            $"http://127.0.0.1:{_port}/api/v1/query?query={Uri.EscapeDataString(query)}", TestContext.Current.CancellationToken);
        if (!answer.IsSuccessStatusCode)
            return null;
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var result = json.RootElement.GetProperty("data").GetProperty("result");
        return result.GetArrayLength() == 1 ? result[0].GetProperty("value")[1].GetString() : null;
    }

    /// <summary>How many series a query gives; null where it is none that Prometheus understands.</summary>
    public async Task<int?> CountAsync(string query)
    {
        using var answer = await Client.GetAsync(
            $"http://127.0.0.1:{_port}/api/v1/query?query={Uri.EscapeDataString(query)}", TestContext.Current.CancellationToken);
        if (!answer.IsSuccessStatusCode)
            return null;
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return json.RootElement.GetProperty("data").GetProperty("result").GetArrayLength();
    }

    /// <summary>The alert rules that it can't evaluate, each with the reason.</summary>
    public async Task<IReadOnlyList<string>> FailingRulesAsync()
    {
        var text = await Client.GetStringAsync($"http://127.0.0.1:{_port}/api/v1/rules", TestContext.Current.CancellationToken);
        using var json = JsonDocument.Parse(text);
        return
        [
            .. json.RootElement.GetProperty("data").GetProperty("groups").EnumerateArray()
                .SelectMany(group => group.GetProperty("rules").EnumerateArray())
                .Where(rule => rule.GetProperty("health").GetString() != "ok")
                .Select(rule => $"{rule.GetProperty("name").GetString()}: {rule.GetProperty("health").GetString()}"),
        ];
    }

    /// <summary>Why the last scrape failed; empty where it did not.</summary>
    public async Task<string> LastErrorAsync()
    {
        var text = await Client.GetStringAsync($"http://127.0.0.1:{_port}/api/v1/targets", TestContext.Current.CancellationToken);
        using var json = JsonDocument.Parse(text);
        return string.Concat(
            json.RootElement.GetProperty("data").GetProperty("activeTargets").EnumerateArray()
                .Select(target => target.GetProperty("lastError").GetString()));
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
