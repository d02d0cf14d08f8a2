using System.Text;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

public sealed class Mail_from_swaks_reaches_a_webhook_signed : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData]
    [InlineData("--pipeline")]
    public async Task As_json(params string[] options)
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await Appliance.StartAsync(
            _folder, ApplianceSetup.Write(_folder, ApplianceSetup.Everything("webhook: app"), [ApplianceSetup.Webhook("app", receiver)]));
        var mail = MailText.Numbered(1);

        (await Swaks.SendAsync(appliance.SmtpPort, mail, "al@sender.test", ["support@example.com"], options)).Succeeded("swaks");

        var request = Assert.Single(await receiver.WaitForAsync(1, state: () => appliance.Log));
        Assert.True(request.Verified, request.Problem);
        Assert.Equal("standardwebhooks", request.VerifiedBy);
        Assert.Equal(("POST", "/app"), (request.Method, request.Path));
        Assert.Equal("1", request.Headers["x-inboundbridge-attempt"]);
        Assert.StartsWith("InboundBridge/", request.Headers["user-agent"], StringComparison.Ordinal);
        Assert.Equal("mail.received", request.Json.GetProperty("type").GetString());
        Assert.Equal("everything", request.Data.GetProperty("rule").GetString());
        Assert.Equal("number 1", request.Data.GetProperty("subject").GetString());
        Assert.Equal("Body 1", request.Data.GetProperty("text").GetString()!.Trim());
        var envelope = request.Data.GetProperty("envelope");
        Assert.Equal("al@sender.test", envelope.GetProperty("sender").GetString());
        Assert.Equal("support@example.com", envelope.GetProperty("recipients")[0].GetString());
        Assert.Equal("swaks.test", envelope.GetProperty("helo").GetString());
        Assert.Equal("127.0.0.1", envelope.GetProperty("client_ip").GetString());
    }

    [Fact]
    public async Task As_it_was_sent_in_whatever_charset()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await Appliance.StartAsync(
            _folder, ApplianceSetup.Write(
                _folder, ApplianceSetup.Everything("webhook: app"), [ApplianceSetup.Webhook("app", receiver, "raw")]));
        var mail = MailText.Read("latin1.eml");

        (await Swaks.SendAsync(appliance.SmtpPort, mail, "al@sender.test", ["support@example.com"])).Succeeded("swaks");

        var request = Assert.Single(await receiver.WaitForAsync(1, state: () => appliance.Log));
        Assert.True(request.Verified, request.Problem);
        Assert.Equal("message/rfc822", request.Headers["content-type"]);
        MailText.AssertUnchangedBelowTrace(mail, request.Body);
        Assert.Contains(
            "\r\nX-Original-To: support@example.com\r\n", "\r\n" + Encoding.Latin1.GetString(request.Body), StringComparison.Ordinal);
    }
}
