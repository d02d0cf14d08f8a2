using System.Text.Json;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Metrics;

/// <summary>
/// A real Prometheus has scraped an appliance that took, refused, delivered and lost mail. Each query of the dashboard gives data there, or
/// tests/testdata/grafana/may-be-empty.txt says why not.
/// </summary>
public sealed class The_dashboard_shows_a_live_appliance : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task In_each_panel()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        _folder.CreateFolder("rules");
        _folder.Write("rules/a.yaml", """
            rules:
              - { name: dies, when: { recipient: "dead@example.com" }, then: [webhook: broken] }
              - { name: all, then: [webhook: app] }
            """);
        await using var appliance = await Peers.Appliance.StartAsync(_folder, $$"""
            hostname: mx.example.com
            domains: [example.com]
            smtp: { listeners: [{ address: "{{Peers.Appliance.SmtpAddress}}", name: mx }] }
            http: { listen: "{{Peers.Appliance.HttpAddress}}" }
            spool: { path: data, minimum_free: 1MB }
            dns: { servers: ["127.0.0.1:9"], timeout: 200ms }
            authentication: { limits: { dns_time: 500ms } }
            rules: { path: rules }
            destinations:
              app: { webhook: { url: "{{receiver.Url()}}", secret: "{{WebhookReceiver.Secret}}" } }
              broken: { webhook: { url: "http://127.0.0.1:9/", retry: { schedule: [100ms], maximum_age: 1s } } }
            """);
        await using var prometheus = await PrometheusServer.StartAsync(
            _folder,
            $"scrape_configs: [{{ job_name: inboundbridge, static_configs: [{{ targets: ['127.0.0.1:{appliance.HttpPort}'] }}] }}]");
        var excused = Excused();
        var empty = new List<string>();
        await Deadline.Usual.UntilAsync(
            async () =>
            {
                await TrafficAsync(appliance);
                empty = await EmptyAsync(prometheus, excused);
                return empty.Count == 0;
            },
            "data in each panel", () => string.Join('\n', empty) + '\n' + appliance.Log);
    }

    [Fact]
    public async Task And_each_alert_fires_when_it_should_and_not_else()
    {
        var test = await PeerProcess.RunAsync(
            "promtool", PeerPrograms.Find("promtool", "prometheus"), ["test", "rules", "alerts.test.yml"],
            workingDirectory: Path.Combine(Checkout.Root, "deploy", "prometheus"));
        Assert.True(test.ExitCode == 0, test.Output);
        Assert.Contains("SUCCESS", test.Output, StringComparison.Ordinal);
    }

    /// <summary>Mail that is delivered, mail that dies, mail that is refused.</summary>
    private static async Task TrafficAsync(Peers.Appliance appliance)
    {
        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        await conversation.SendAsync(MailText.Numbered(1), "al@sender.test", "ann@example.com");
        await conversation.SendAsync(MailText.Numbered(2), "al@sender.test", "dead@example.com");
        await conversation.AskAsync("MAIL FROM:<al@sender.test>");
        await conversation.AskAsync("RCPT TO:<al@elsewhere.test>");
    }

    /// <summary>The queries that give nothing, and those that Prometheus refuses.</summary>
    private static async Task<List<string>> EmptyAsync(PrometheusServer prometheus, HashSet<string> excused)
    {
        var text = await File.ReadAllTextAsync(
            Path.Combine(Checkout.Root, "deploy", "grafana", "dashboard.json"), TestContext.Current.CancellationToken);
        using var dashboard = JsonDocument.Parse(text);
        var empty = new List<string>();
        foreach (var panel in dashboard.RootElement.GetProperty("panels").EnumerateArray())
        {
            if (!panel.TryGetProperty("targets", out var targets))
                continue;
            var title = panel.GetProperty("title").GetString()!;
            foreach (var target in targets.EnumerateArray())
            {
                var query = target.GetProperty("expr").GetString()!
                    .Replace("$__rate_interval", "30s", StringComparison.Ordinal)
                    .Replace("$instance", ".*", StringComparison.Ordinal)
                    .Replace("$destination", ".*", StringComparison.Ordinal);
                var count = await prometheus.CountAsync(query);
                Assert.True(count is not null, $"Prometheus refuses the query of '{title}': {query}");
                if (count == 0 && !excused.Contains(title))
                    empty.Add($"{title}: {query}");
            }
        }
        return empty;
    }

    private static HashSet<string> Excused() => File
        .ReadAllLines(Path.Combine(Checkout.Root, "tests", "testdata", "grafana", "may-be-empty.txt"))
        .Where(line => !line.StartsWith('#'))
        .Select(line => line[..line.IndexOf(": ", StringComparison.Ordinal)])
        .ToHashSet(StringComparer.Ordinal);
}
