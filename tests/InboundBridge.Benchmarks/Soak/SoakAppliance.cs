using System.Globalization;
using System.Text.Json;
using InboundBridge.Benchmarks.EndToEnd;
using InboundBridge.Benchmarks.Figures;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.Benchmarks.Soak;

/// <summary>The appliance as a process on fixed ports and one spool, which the soak kills, restarts and samples.</summary>
internal sealed class SoakAppliance(SoakOptions options, SoakReceiver receiver) : IAsyncDisposable
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly int _httpPort = FreePort.Choose(1)[0];
    private ServerProcess? _process;
    private int _lives;

    public int SmtpPort { get; } = FreePort.Choose(1)[0];

    private string Spool => Path.Combine(options.Folder, "data");

    public async Task StartAsync(CancellationToken cancellation)
    {
        var configuration = Path.Combine(options.Folder, "inboundbridge.yaml");
        Directory.CreateDirectory(Path.Combine(options.Folder, "rules"));
        await File.WriteAllTextAsync(configuration, Configuration(), cancellation);
        await File.WriteAllTextAsync(
            Path.Combine(options.Folder, "rules", "all.yaml"),
            "rules:\n  - { name: everything, when: { recipient: \"*@example.com\" }, then: [webhook: app] }\n", cancellation);
        var log = Path.Combine(options.Folder, string.Create(CultureInfo.InvariantCulture, $"inboundbridge-{++_lives}.log"));
        _process = ServerProcess.Start(log, [.. options.Appliance.Command, "run", "--config", configuration]);
        for (var left = 600; !await IsReadyAsync(cancellation); left--)
        {
            if (_process.HasExited || left == 0)
                throw new InvalidOperationException($"the appliance did not start:\n{_process.Log}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellation);
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        await _process!.DisposeAsync();
        _process = null;
    }

    /// <summary>Sends SIGTERM; true if no write-ahead log is left and the exit code is 0.</summary>
    public async Task<bool> StopAsync(CancellationToken cancellation)
    {
        using (var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation))
        {
            limit.CancelAfter(StopWithin);
            await _process!.TerminateAsync(limit.Token);
        }
        await KillAsync();
        return !File.Exists(Path.Combine(Spool, "spool.db-wal"));
    }

    /// <summary>Null while it is down.</summary>
    public async Task<SoakSample?> LookAsync(TimeSpan at, CancellationToken cancellation)
    {
        try
        {
            if (_process is not { } process)
                return null;
            var resident = ProcText.Octets(File.ReadLines($"/proc/{process.Id}/status"), "VmRSS:");
            if (resident == 0)
                return null;
            var handles = Directory.GetFiles($"/proc/{process.Id}/fd").Length;
            var threads = Directory.GetDirectories($"/proc/{process.Id}/task").Length;
            var octets =
                new DirectoryInfo(Spool).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.Exists)
                    .Sum(file => file.Length);
            return new SoakSample(at, _lives, resident / 1048576.0, handles, threads, octets / 1048576.0, await OpenAsync(cancellation));
        }
        catch (Exception fault) when (
            fault is HttpRequestException or IOException or InvalidOperationException or TaskCanceledException
            && !cancellation.IsCancellationRequested)
        {
            // It was killed during the request, or the machine is too busy to answer.
            return null;
        }
    }

    /// <summary>Deliveries that are neither delivered nor given up.</summary>
    /// <exception cref="HttpRequestException">The appliance is down.</exception>
    public async Task<long> OpenAsync(CancellationToken cancellation)
    {
        using var stats =
            JsonDocument.Parse(await _http.GetStringAsync(new Uri($"http://127.0.0.1:{_httpPort}/api/v1/stats"), cancellation));
        return stats.RootElement.GetProperty("deliveries").EnumerateArray()
            .Where(tally => tally.GetProperty("state").GetString() is "pending" or "retrying")
                .Sum(tally => tally.GetProperty("count").GetInt64());
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _http.Dispose();
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellation)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri($"http://127.0.0.1:{_httpPort}/readyz"), cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private string Configuration() => $$"""
        hostname: mx.example.com
        domains: [example.com]
        smtp: { listeners: [{ name: mx, address: "127.0.0.1:{{SmtpPort}}" }], limits: { messages_per_connection: 500 } }
        http: { listen: "127.0.0.1:{{_httpPort}}" }
        spool: { path: data, minimum_free: 10MB, retain: { delivered: 1m } }
        rules: { path: rules }
        authentication: { spf: "off", dkim: "off", dmarc: "off", arc: "off", iprev: "off" }
        log: { level: warn }
        destinations:
          app:
            webhook:
              url: "{{receiver.Url}}/"
              secret: whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=
              timeout: 10s
              retry: { schedule: [1s, 2s, 5s], maximum_age: 1h, jitter: 20% }
              circuit: { failures: 20, window: 1m, probe: 1s }

        """;
}
