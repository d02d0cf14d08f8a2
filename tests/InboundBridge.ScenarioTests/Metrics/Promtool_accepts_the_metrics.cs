using System.Net.Http.Headers;
using System.Text;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Metrics;

/// <summary>Prometheus's promtool checks the metrics of a running appliance that has handled mail, and finds no fault.</summary>
public sealed class Promtool_accepts_the_metrics : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task After_mail_that_was_taken_and_mail_that_was_refused()
    {
        var promtool = PeerPrograms.Find("promtool", "prometheus");
        await using var appliance = await Peers.Appliance.StartAsync(_folder, $$"""
            hostname: mx.example.com
            domains: [example.com]
            smtp: { listeners: [{ address: "{{Peers.Appliance.SmtpAddress}}", name: mx }] }
            http: { listen: "{{Peers.Appliance.HttpAddress}}" }
            spool: { path: data, minimum_free: 1MB }
            rules: { default: hold }
            """);
        var server = $"127.0.0.1:{appliance.SmtpPort}";
        Assert.Equal(0, (await Peers.Appliance.RunAsync(["send", "--server", server, "--to", "a@example.com", "--count", "3"])).ExitCode);
        Assert.Equal(1, (await Peers.Appliance.RunAsync(["send", "--server", server, "--to", "a@elsewhere.example"])).ExitCode);
        Assert.Equal(0, (await Peers.Appliance.RunAsync(
            ["healthcheck", "--config", appliance.ConfigurationFile, "--set", $"http.listen=127.0.0.1:{appliance.HttpPort}"])).ExitCode);

        var text = await appliance.GetTextAsync("/metrics");
        Assert.Contains("inboundbridge_smtp_commands_total{", text, StringComparison.Ordinal);
        Assert.Contains("inboundbridge_config_version_info{", text, StringComparison.Ordinal);
        var check = await PeerProcess.RunAsync("promtool", promtool, ["check", "metrics"], Encoding.UTF8.GetBytes(text));
        Assert.True(check.ExitCode == 0, check.Output + "\n" + text);
    }

    [Fact]
    public async Task OpenMetrics_is_given_to_who_asks_for_it()
    {
        await using var appliance = await Peers.Appliance.StartAsync(_folder, $$"""
            domains: [example.com]
            smtp: { listeners: [{ address: "{{Peers.Appliance.SmtpAddress}}" }] }
            http: { listen: "{{Peers.Appliance.HttpAddress}}" }
            spool: { path: data, minimum_free: 1MB }
            """);
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, appliance.Url("/metrics"));
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text;version=1.0.0"));
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("application/openmetrics-text", answer.Content.Headers.ContentType!.MediaType);
        Assert.EndsWith("# EOF\n", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
