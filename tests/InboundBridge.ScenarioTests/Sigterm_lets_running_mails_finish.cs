using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

public sealed class Sigterm_lets_running_mails_finish : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task In_the_middle_of_data_the_mail_is_taken_and_the_next_command_gets_421()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await StartAsync(receiver);
        var port = appliance.SmtpPort;
        await using var conversation = await SmtpConversation.OpenAsync(port);
        await conversation.AskAsync("MAIL FROM:<al@sender.test>");
        await conversation.AskAsync("RCPT TO:<support@example.com>");
        Assert.StartsWith("354", await conversation.AskAsync("DATA"), StringComparison.Ordinal);
        await conversation.WriteAsync("Subject: half"u8.ToArray());

        appliance.Process.Terminate();
        await Deadline.Usual.UntilAsync(async () => !await FreePort.AnswersAsync(port), "the listener to close", () => appliance.Log);
        // Somebody reloads at the wrong time.
        appliance.Process.HangUp();
        await conversation.WriteAsync(" and whole\r\n\r\nBody\r\n.\r\n"u8.ToArray());
        Assert.StartsWith("250", await conversation.ReplyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("421 4.3.2", await conversation.AskAsync("NOOP"), StringComparison.Ordinal);

        Assert.Equal(0, await appliance.Process.ExitAsync());
        if (receiver.Accepted.Count == 0)
            await RestartAsync(appliance);
        var request = Assert.Single(await receiver.WaitForAsync(1, state: () => appliance.Log));
        Assert.Equal("half and whole", request.Data.GetProperty("subject").GetString());
    }

    [Fact]
    public async Task An_idle_connection_does_not_hold_it_up()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await StartAsync(receiver);
        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        var watch = Deadline.Usual;
        Assert.Equal(0, await appliance.StopAsync());
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"it took {watch.Elapsed}");
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            while (true)
                await conversation.ReplyAsync();
        });
    }

    private static async Task RestartAsync(Appliance appliance)
    {
        await appliance.StopAsync();
        await appliance.StartAsync();
    }

    private Task<Appliance> StartAsync(WebhookReceiver receiver) => Appliance.StartAsync(
        _folder, ApplianceSetup.Write(_folder, ApplianceSetup.Everything("webhook: app"), [ApplianceSetup.Webhook("app", receiver)]));
}
