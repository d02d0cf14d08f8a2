using System.Text;
using InboundBridge.ScenarioTests.Peers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace InboundBridge.ScenarioTests.Metrics;

/// <summary>
/// A real Prometheus asks for OpenMetrics by itself. Behind a proxy that takes the Accept header away it gets the text format. It reads
/// both.
/// </summary>
public sealed class Prometheus_scrapes_a_live_appliance : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task In_both_formats(bool openMetrics)
    {
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
        await using var plain = await PlainTextAsync(appliance);
        var target = openMetrics ? $"127.0.0.1:{appliance.HttpPort}" : plain.Urls.Single()["http://".Length..];
        await using var prometheus = await PrometheusServer.StartAsync(_folder, await ConfigurationAsync(target));
        await Deadline.Usual.UntilAsync(
            async () => await prometheus.ValueAsync("inboundbridge_messages_received_total") == "3", "three mails to be scraped",
            () => prometheus.Log + appliance.Log);
        Assert.Equal("1", await prometheus.ValueAsync("up"));
        Assert.Equal(string.Empty, await prometheus.LastErrorAsync());
        Assert.Equal("3", await prometheus.ValueAsync("inboundbridge_message_size_bytes_count"));
        Assert.Equal("3", await prometheus.ValueAsync("inboundbridge_deliveries{state=\"held\"}"));
        Assert.Equal("1", await prometheus.ValueAsync("inboundbridge_build_info"));
        Assert.NotNull(await prometheus.ValueAsync("process_working_set_bytes"));
    }

    [Fact]
    public async Task Promtool_accepts_the_alerts_of_the_page()
    {
        var file = _folder.Write("alerts.yml", await BlockAsync("groups:"));
        var check = await PeerProcess.RunAsync("promtool", PeerPrograms.Find("promtool", "prometheus"), ["check", "rules", file]);
        Assert.True(check.ExitCode == 0, check.Output);
        Assert.Contains("13 rules found", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alert_of_the_page_fires_at_the_first_refused_reload()
    {
        await using var appliance = await Peers.Appliance.StartAsync(_folder, $$"""
            domains: [example.com]
            smtp: { listeners: [{ address: "{{Peers.Appliance.SmtpAddress}}" }] }
            http: { listen: "{{Peers.Appliance.HttpAddress}}" }
            spool: { path: data, minimum_free: 1MB }
            rules: { default: hold }
            """);
        var alerts = _folder.Write("alerts.yml", await BlockAsync("groups:"));
        await using var prometheus = await PrometheusServer.StartAsync(
            _folder, $"rule_files: ['{alerts}']\n" + await ConfigurationAsync($"127.0.0.1:{appliance.HttpPort}"));
        await Deadline.Usual.UntilAsync(
            async () => await prometheus.ValueAsync("inboundbridge_config_reloads_total{outcome=\"refused\"}") == "0",
            "the first scrape", () => prometheus.Log + appliance.Log);
        await File.AppendAllTextAsync(appliance.ConfigurationFile, "\nhttp: nonsense\n", TestContext.Current.CancellationToken);
        using (await appliance.PostAsync("/api/v1/reload"))
        {
        }
        await Deadline.Usual.UntilAsync(
            async () => await prometheus.ValueAsync("ALERTS{alertname=\"ReloadRefused\",alertstate=\"firing\"}") == "1",
            "the alert to fire", () => prometheus.Log + appliance.Log);
        Assert.Empty(await prometheus.FailingRulesAsync());
    }

    /// <summary>The page's own configuration, with another address.</summary>
    private static async Task<string> ConfigurationAsync(string target)
    {
        var block = await BlockAsync("scrape_configs:");
        Assert.Contains("\"127.0.0.1:8080\"", block, StringComparison.Ordinal);
        return block.Replace("127.0.0.1:8080", target, StringComparison.Ordinal);
    }

    /// <summary>The YAML of the page that begins with this key.</summary>
    private static async Task<string> BlockAsync(string key)
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "docs", "metrics.md"), TestContext.Current.CancellationToken);
        var block = page[page.IndexOf($"```yaml\n{key}", StringComparison.Ordinal)..]["```yaml\n".Length..];
        return block[..block.IndexOf("```", StringComparison.Ordinal)];
    }

    private static async Task<WebApplication> PlainTextAsync(Peers.Appliance appliance)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var web = builder.Build();
        web.MapGet("/metrics", async (HttpContext context) =>
        {
            var text = await appliance.GetTextAsync("/metrics");
            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), context.RequestAborted);
        });
        await web.StartAsync();
        return web;
    }
}
