using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

public sealed class A_dead_destination_delays_no_other : IDisposable
{
    private const int Mails = 200;
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// One receiver accepts connections and never answers, another refuses connections, and the third gets every message at once.
    /// </summary>
    [Fact]
    public async Task With_more_mails_waiting_than_there_are_workers()
    {
        await using var alive = await WebhookReceiver.StartAsync(_folder, "alive");
        await using var silent = await WebhookReceiver.StartAsync(_folder, "silent");
        await using var gone = await WebhookReceiver.StartAsync(_folder, "gone");
        await silent.HangAsync();
        await gone.GoDownAsync();
        string[] destinations = [ApplianceSetup.Webhook("alive", alive), ApplianceSetup.Webhook(
            "silent", silent, more: "timeout: 2m"), ApplianceSetup.Webhook("gone", gone)];
        await using var appliance = await Appliance.StartAsync(
            _folder,
            ApplianceSetup.Write(_folder, ApplianceSetup.Everything(
                "webhook: silent", "webhook: gone", "webhook: alive"), destinations, "delivery: { workers: 64 }"));

        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        for (var number = 0; number < Mails; number++)
            Assert.StartsWith("250", await conversation.SendAsync(
                MailText.Numbered(number), "al@sender.test", "support@example.com"), StringComparison.Ordinal);

        await alive.WaitForAsync(Mails, Deadline.InSeconds(30), () => appliance.Log);
        Assert.Equal(Mails, alive.Accepted.Select(request => request.Data.GetProperty("subject").GetString()).Distinct().Count());
        Assert.Equal(Mails, alive.Accepted.Count);

        await gone.ComeBackAsync();
        await gone.WaitForAsync(Mails, state: () => appliance.Log);
        Assert.Empty(silent.Accepted);
    }
}
