using System.Text.Json.Nodes;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

public sealed class Mail_composed_by_nodemailer_reaches_a_webhook_decoded : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_text_html_and_an_attachment(bool startTls)
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        var tls = ApplianceSetup.Tls(new TestCertificate(_folder));
        await using var appliance = await Appliance.StartAsync(
            _folder, ApplianceSetup.Write(
                _folder, ApplianceSetup.Everything("webhook: app"), [ApplianceSetup.Webhook("app", receiver)], tls));
        var mail = new JsonObject
        {
            ["from"] = "Ärzte & Söhne <al@sender.test>",
            ["to"] = "support@example.com",
            ["subject"] = "Grüße 📬 aus der Ferne, mit einem Betreff, der länger als eine Zeile wird",
            ["text"] = "Schöne Grüße\n",
            ["html"] = "<p>Schöne <b>Grüße</b></p>",
            ["attachments"] = new JsonArray(
                new JsonObject { ["filename"] = "Übersicht 2026.csv", ["content"] = "a;b\n1;2\n", ["contentType"] = "text/csv" }),
        };

        (await Nodemailer.SendAsync(appliance.SmtpPort, mail, startTls)).Succeeded("nodemailer");

        var request = Assert.Single(await receiver.WaitForAsync(1, state: () => appliance.Log));
        Assert.True(request.Verified, request.Problem);
        var data = request.Data;
        Assert.Equal(mail["subject"]!.GetValue<string>(), data.GetProperty("subject").GetString());
        Assert.Equal("Ärzte & Söhne", data.GetProperty("from")[0].GetProperty("name").GetString());
        Assert.Equal("al@sender.test", data.GetProperty("from")[0].GetProperty("address").GetString());
        Assert.Equal("Schöne Grüße", data.GetProperty("text").GetString()!.Trim());
        Assert.Equal("<p>Schöne <b>Grüße</b></p>", data.GetProperty("html").GetString()!.Trim());
        var attachment = Assert.Single(data.GetProperty("attachments").EnumerateArray());
        Assert.Equal("Übersicht 2026.csv", attachment.GetProperty("filename").GetString());
        Assert.Equal("text/csv", attachment.GetProperty("content_type").GetString());
        Assert.Equal("a;b\n1;2\n"u8.ToArray(), attachment.GetProperty("content").GetBytesFromBase64());
        var version = data.GetProperty("envelope").GetProperty("tls");
        if (startTls)
            Assert.StartsWith("TLSv1.", version.GetProperty("version").GetString(), StringComparison.Ordinal);
        else
            Assert.Equal(System.Text.Json.JsonValueKind.Null, version.ValueKind);
    }
}
