using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

public sealed class Metrics_and_health_tell_what_happened : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task After_one_delivered_and_one_refused_mail()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await Appliance.StartAsync(
            _folder, ApplianceSetup.Write(_folder, ApplianceSetup.Everything("webhook: app"), [ApplianceSetup.Webhook("app", receiver)]));
        await using (var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort))
        {
            Assert.StartsWith("250", await conversation.SendAsync(
                MailText.Numbered(1), "al@sender.test", "support@example.com"), StringComparison.Ordinal);
            Assert.StartsWith(
                "550", await conversation.SendAsync(MailText.Numbered(2), "al@sender.test", "al@elsewhere.test"), StringComparison.Ordinal);
        }

        await receiver.WaitForAsync(1, state: () => appliance.Log);
        await Deadline.Usual.UntilAsync(
            async () => await appliance.MetricAsync("inboundbridge_delivery_attempts_total", "destination=\"app\"",
                "outcome=\"delivered\"") == 1, "the attempt to be counted", () => appliance.Log);
        Assert.Equal(1, await appliance.MetricAsync("inboundbridge_messages_received_total", "listener=\"mx\""));
        await Deadline.Usual.UntilAsync(
            async () => await appliance.MetricAsync("inboundbridge_smtp_connections_total", "listener=\"mx\"") == 1,
            "the connection to end and be counted", () => appliance.Log);
        Assert.Equal(1, await appliance.MetricAsync("inboundbridge_rule_matches_total", "rule=\"everything\""));
        Assert.True(await appliance.MetricAsync("inboundbridge_messages_refused_total") >= 1);
        Assert.Equal(1, await appliance.MetricAsync("inboundbridge_build_info"));
        Assert.Equal(1, await appliance.MetricAsync("inboundbridge_destination_up", "destination=\"app\""));
        Assert.NotEmpty(await appliance.GetTextAsync("/healthz"));
        Assert.NotEmpty(await appliance.GetTextAsync("/readyz"));
        var text = await appliance.GetTextAsync("/metrics");
        Assert.DoesNotContain("al@sender.test", text, StringComparison.Ordinal);
        Assert.DoesNotContain("support@example.com", text, StringComparison.Ordinal);
        (await Appliance.RunAsync(["healthcheck", "--config", appliance.ConfigurationWithPorts()])).Succeeded("healthcheck");
    }
}
