using System.Text.Json;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Watching;

/// <summary>A real receiver verifies the notices about dead letters and about a refused reload.</summary>
public sealed class An_operators_webhook_hears_what_happens : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Signed_and_counted()
    {
        await using var ops = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await Appliance.StartAsync(_folder, $$"""
            hostname: mx.example.com
            domains: [example.com]
            smtp: { listeners: [{ address: "{{Appliance.SmtpAddress}}" }] }
            http: { listen: "{{Appliance.HttpAddress}}" }
            spool: { path: data, minimum_free: 1MB }
            rules: { default: broken }
            notify: { webhook: ops, events: [dead_letter, reload_failed] }
            destinations:
              ops: { webhook: { url: "{{ops.Url()}}", secret: "{{WebhookReceiver.Secret}}" } }
              broken: { webhook: { url: "{{ops.Url("/broken")}}", responses: { 200: fail } } }
            """);
        var server = $"127.0.0.1:{appliance.SmtpPort}";
        Assert.Equal(0, (await Appliance.RunAsync(["send", "--server", server, "--to", "a@example.com", "--count", "30"])).ExitCode);
        await File.AppendAllTextAsync(appliance.ConfigurationFile, "\nhttp: nonsense\n", TestContext.Current.CancellationToken);
        using (await appliance.PostAsync("/api/v1/reload"))
        {
        }
        await Deadline.Usual.UntilAsync(() => Notices(ops).Count == 2, "two notices", () => appliance.Log + ops.Log);
        var dead = Notices(ops).Single(notice => notice.GetProperty("kind").GetString() == "dead_letter");
        Assert.Equal(("broken", 30), (dead.GetProperty("subject").GetString(), dead.GetProperty("count").GetInt32()));
        Assert.NotNull(dead.GetProperty("message_id").GetString());
        Assert.All(ops.Requests.Where(request => request.Path == "/mail"), request => Assert.True(request.Verified));
        Assert.Equal(30, await appliance.DeliveriesAsync("dead"));
        Assert.Equal(1, await appliance.MetricAsync("inboundbridge_notices_total", "kind=\"dead_letter\""));
    }

    private static List<JsonElement> Notices(WebhookReceiver ops) =>
        [.. ops.Accepted.Where(request => request.Path == "/mail").Select(request => request.Data)];
}
