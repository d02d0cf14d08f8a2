using System.Net;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

public sealed class Shadow_rules_are_compared_and_never_act : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Differences_are_listed_counted_and_logged()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        WriteShadow(
            "rules: [{ name: numbers, when: { subject: 'number {n}' }, then: [ script: \"while (true) {}\" ] }, { name: rest, then: [ webhook: app ] }]\n");
        var setup = ApplianceSetup.Write(_folder, ApplianceSetup.Everything("webhook: app"), [ApplianceSetup.Webhook("app", receiver)])
            .Replace("rules: { path: rules }", "rules: { path: rules, shadow: next }", StringComparison.Ordinal);
        await using var appliance = await Appliance.StartAsync(_folder, setup);
        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        Assert.StartsWith(
            "250", await conversation.SendAsync(MailText.Numbered(1), "al@sender.test", "support@example.com"), StringComparison.Ordinal);
        Assert.StartsWith("250", await conversation.SendAsync(
            MailText.Numbered(2, "other"), "al@sender.test", "support@example.com"), StringComparison.Ordinal);

        await Deadline.Usual.UntilAsync(
            async () => (await appliance.GetJsonAsync("/api/v1/rules/shadow")).GetProperty("compared").GetInt32() == 2, "two comparisons",
            () => appliance.Log);
        var shadow = await appliance.GetJsonAsync("/api/v1/rules/shadow");
        var difference = Assert.Single(shadow.GetProperty("items").EnumerateArray());
        Assert.Equal("support@example.com", difference.GetProperty("recipient").GetString());
        Assert.Equal(("everything", "to app for support@example.com"), (difference.GetProperty("live").GetProperty(
            "rule").GetString(), difference.GetProperty("live").GetProperty("effect").GetString()));
        Assert.StartsWith("defer 451", difference.GetProperty("shadow").GetProperty("effect").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, await appliance.MetricAsync("inboundbridge_rules_shadow_divergence_total", "rule=\"numbers\""));
        Assert.Equal(0, await appliance.MetricAsync("inboundbridge_rule_errors_total"));
        await receiver.WaitForAsync(2, state: () => appliance.Log);
        await appliance.LoggedAsync("shadow_divergence");

        // Shadow rules are read, checked and reloaded with the others.
        WriteShadow("rules: [{ name: broken, when: { recipeint: x }, then: [discard] }]\n");
        using (var refused = await appliance.PostAsync("/api/v1/reload"))
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        WriteShadow("rules: [{ name: same, then: [ webhook: app ] }]\n");
        using (var applied = await appliance.PostAsync("/api/v1/reload"))
            Assert.Equal(HttpStatusCode.OK, applied.StatusCode);
        Assert.StartsWith(
            "250", await conversation.SendAsync(MailText.Numbered(3), "al@sender.test", "support@example.com"), StringComparison.Ordinal);
        await Deadline.Usual.UntilAsync(
            async () => (await appliance.GetJsonAsync("/api/v1/rules/shadow")).GetProperty("compared").GetInt32() == 3,
            "a third comparison", () => appliance.Log);
        Assert.Equal(1, (await appliance.GetJsonAsync("/api/v1/rules/shadow")).GetProperty("diverged").GetInt32());
    }

    private void WriteShadow(string rules) => File.WriteAllText(Path.Combine(_folder.CreateFolder("next"), "rules.yaml"), rules);
}
