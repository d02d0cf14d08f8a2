using InboundBridge.Configuration.Secrets;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

public sealed class Only_recipients_that_exist_are_taken : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_says_who_exists_and_is_watched()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        var file = _folder.Write("recipients.txt", "# who is here\nal@example.com\nteam-*@example.com\n");
        await using var appliance = await StartAsync(receiver, $"recipients: {{ file: {file} }}");
        Assert.Equal("250 2.1.5", await RcptAsync(appliance, "AL@example.com"));
        Assert.Equal("250 2.1.5", await RcptAsync(appliance, "team-red@example.com"));
        Assert.Equal("250 2.1.5", await RcptAsync(appliance, "postmaster@example.com"));
        Assert.Equal("550 5.1.1", await RcptAsync(appliance, "bo@example.com"));
        await File.AppendAllTextAsync(file, "bo@example.com\n");
        await Deadline.Usual.UntilAsync(
            async () => await RcptAsync(appliance, "bo@example.com") == "250 2.1.5", "the file to be read again", () => appliance.Log);
    }

    [Fact]
    public async Task A_service_is_asked_once_for_each_and_its_absence_is_temporary()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var service = await RecipientService.StartAsync("al@example.com", "bo@example.com");
        await using var appliance = await StartAsync(receiver, $"recipients: {{ http: {{ url: \"{service.Url}\" }} }}");
        Assert.Equal("250 2.1.5", await RcptAsync(appliance, "al@example.com"));
        Assert.Equal("550 5.1.1", await RcptAsync(appliance, "nobody@example.com"));
        Assert.Equal("250 2.1.5", await RcptAsync(appliance, "al@example.com"));
        Assert.Equal(["al@example.com", "nobody@example.com"], service.Asked);

        service.Broken = 503;
        Assert.Equal("451 4.4.3", await RcptAsync(appliance, "bo@example.com"));
        service.Broken = null;
        Assert.Equal("250 2.1.5", await RcptAsync(appliance, "bo@example.com"));

        await service.StopAsync();
        Assert.Equal("451 4.4.3", await RcptAsync(appliance, "cy@example.com"));
        Assert.Equal("250 2.1.5", await RcptAsync(appliance, "al@example.com"));
    }

    [Fact]
    public async Task A_mailbox_server_is_asked_by_lmtp_and_its_absence_is_temporary()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var boxes = await Dovecot.StartAsync(_folder, new DovecotOptions { Users = ["al", "bo"] });
        var setup = ApplianceSetup.Write(
            _folder, ApplianceSetup.Everything("webhook: app"), [ApplianceSetup.Webhook("app", receiver), ApplianceSetup.Lmtp(
                "mailboxes", $"127.0.0.1:{boxes.LmtpPort}")], "recipients: { verify: mailboxes }");
        await using var appliance = await Appliance.StartAsync(_folder, setup);
        Assert.Equal("250 2.1.5", await RcptAsync(appliance, "al@example.com"));
        Assert.Equal("550 5.1.1", await RcptAsync(appliance, "nobody@example.com"));

        await boxes.StopAsync();
        Assert.Equal("451 4.4.3", await RcptAsync(appliance, "bo@example.com"));
        Assert.Equal("250 2.1.5", await RcptAsync(appliance, "al@example.com"));
        Assert.Equal("550 5.1.1", await RcptAsync(appliance, "nobody@example.com"));
        Assert.Equal(0, boxes.Stored("al"));
    }

    [Fact]
    public async Task Users_submit_after_auth_under_their_own_names_only()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        var users = _folder.Write(
            "users.yaml", $"users: [{{ name: app, password: \"{SecretHash.Make("letmein", 1000)}\", send_as: [\"*@example.com\"] }}]\n");
        var certificate = new TestCertificate(_folder);
        var setup = ApplianceSetup.Write(
            _folder, ApplianceSetup.Everything("webhook: app"), [ApplianceSetup.Webhook("app", receiver)],
            $"users: {{ file: {users} }}\n{ApplianceSetup.Tls(certificate)}");
        var submission = setup.Replace($"address: \"{Appliance.SmtpAddress}\"",
            $"mode: submission, tls: require, address: \"{Appliance.SmtpAddress}\"", StringComparison.Ordinal);
        Assert.NotEqual(setup, submission);
        await using var appliance = await Appliance.StartAsync(_folder, submission);
        Assert.NotEqual(0, await SubmitAsync(appliance, "al@example.com"));
        Assert.NotEqual(0, await SubmitAsync(appliance, "al@example.com", "--auth", "PLAIN", "-au", "app", "-ap", "wrong"));
        Assert.NotEqual(0, await SubmitAsync(appliance, "al@elsewhere.example", "--auth", "PLAIN", "-au", "app", "-ap", "letmein"));
        Assert.Equal(0, await SubmitAsync(appliance, "al@example.com", "--auth", "LOGIN", "-au", "app", "-ap", "letmein"));
        await receiver.WaitForAsync(1, state: () => appliance.Log);
    }

    private static async Task<int> SubmitAsync(Appliance appliance, string from, params string[] options) =>
        (await Swaks.SendAsync(appliance.SmtpPort, MailText.Numbered(1), from, ["support@example.com"], ["--tls", .. options])).ExitCode;

    private static async Task<string> RcptAsync(Appliance appliance, string recipient)
    {
        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        await conversation.AskAsync("MAIL FROM:<al@sender.test>");
        return (await conversation.AskAsync($"RCPT TO:<{recipient}>"))[..9];
    }

    private Task<Appliance> StartAsync(WebhookReceiver receiver, string more) => Appliance.StartAsync(
        _folder, ApplianceSetup.Write(_folder, ApplianceSetup.Everything("webhook: app"), [ApplianceSetup.Webhook("app", receiver)], more));
}
