using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

public sealed class Changed_rules_are_applied_while_running : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task On_sighup() => ReloadAsync(appliance => appliance.Process.HangUp());

    [Fact]
    public Task When_the_file_changes() => ReloadAsync(_ => { });

    private static async Task AssertGoesToAsync(Appliance appliance, WebhookReceiver receiver, int mails)
    {
        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        Assert.StartsWith("250", await conversation.SendAsync(
            MailText.Numbered(mails), "al@sender.test", "support@example.com"), StringComparison.Ordinal);
        await receiver.WaitForAsync(mails, state: () => appliance.Log);
    }

    private static Task WaitForReloadAsync(Appliance appliance, string outcome) => Deadline.Usual.UntilAsync(
        async () => await appliance.MetricAsync("inboundbridge_config_reloads_total", $"outcome=\"{outcome}\"") >= 1,
        $"a reload: {outcome}", () => appliance.Log);

    private async Task ReloadAsync(Action<Appliance> reload)
    {
        await using var first = await WebhookReceiver.StartAsync(_folder, "first");
        await using var second = await WebhookReceiver.StartAsync(_folder, "second");
        await using var appliance = await Appliance.StartAsync(
            _folder,
            ApplianceSetup.Write(_folder, ApplianceSetup.Everything(
                "webhook: first"), [ApplianceSetup.Webhook("first", first), ApplianceSetup.Webhook("second", second)]));
        await AssertGoesToAsync(appliance, first, 1);

        ApplianceSetup.WriteRules(_folder, "rules: [{ name: broken, when: { recipeint: x }, then: [discard] }]\n");
        reload(appliance);
        await WaitForReloadAsync(appliance, "refused");
        await AssertGoesToAsync(appliance, first, 2);
        await appliance.LoggedAsync("recipeint");

        ApplianceSetup.WriteRules(_folder, ApplianceSetup.Everything("webhook: second"));
        reload(appliance);
        await WaitForReloadAsync(appliance, "applied");
        await AssertGoesToAsync(appliance, second, 1);
        Assert.Equal(2, first.Requests.Count);
        var versions = first.Accepted.Concat(second.Accepted).Select(
            request => request.Data.GetProperty("config_version").GetString()).ToList();
        Assert.Equal(versions[0], versions[1]);
        Assert.NotEqual(versions[1], versions[2]);
    }
}
