using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Senders;

public sealed class Strangers_wait_once : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_sender_that_tries_again_is_accepted_and_known_after_a_restart()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        var configuration = ApplianceSetup.Write(
            _folder, ApplianceSetup.Everything("webhook: app"), [ApplianceSetup.Webhook("app", receiver)]);
        await using var appliance = await Appliance.StartAsync(
            _folder, configuration.Replace(
                "iprev: \"off\"", "iprev: \"off\", greylist: { delay: 1s, expire: 1h }", StringComparison.Ordinal));
        Task<PeerResult> SendAsync() => Swaks.SendAsync(appliance.SmtpPort, MailText.Numbered(1), "al@sender.test", ["a@example.com"]);

        var first = await SendAsync();
        Assert.NotEqual(0, first.ExitCode);
        Assert.Contains("451 4.7.1 Greylisted, please try again in 1 seconds", first.Output, StringComparison.Ordinal);
        await Deadline.Usual.UntilAsync(async () => (await SendAsync()).ExitCode == 0, "the sender to be accepted", () => appliance.Log);
        var request = Assert.Single(await receiver.WaitForAsync(1, state: () => appliance.Log));
        Assert.Equal("number 1", request.Data.GetProperty("subject").GetString());
        Assert.Contains("reason=\"greylisted\"", await appliance.GetTextAsync("/metrics"), StringComparison.Ordinal);

        Assert.Equal(0, await appliance.StopAsync());
        await appliance.StartAsync();
        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        await conversation.AskAsync("MAIL FROM:<al@sender.test>");
        Assert.StartsWith("250", await conversation.AskAsync("RCPT TO:<other@example.com>"), StringComparison.Ordinal);
        await conversation.AskAsync("RSET");
        await conversation.AskAsync("MAIL FROM:<stranger@sender.test>");
        Assert.StartsWith("451 4.7.1", await conversation.AskAsync("RCPT TO:<other@example.com>"), StringComparison.Ordinal);
    }
}
