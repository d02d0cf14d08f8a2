using System.Text;
using System.Text.Json;
using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.SecureMail;
using InboundBridge.MailFlow.SecureMail.Smime;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.SecureMail;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Composing;

/// <summary>Payloads of a mail whose content has to be opened.</summary>
public sealed class OpenedPayloadTests : IDisposable
{
    private const string Inner =
        "Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\nContent-Type: text/plain\r\n\r\nIt broke.\r\n--i\r\n"
        + "Content-Type: text/csv; name=a.csv\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\n1,2\r\n--i--\r\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("opened-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Json_shows_what_is_inside_and_raw_carries_what_came()
    {
        using var us = SecureMails.Issue("CN=Support", null, "support@example.com");
        var keys = new SecureMailKeys { Smime = SmimeKeys.Read(null, [(SecureMails.Pkcs12(_folder, us, "secret"), "secret")]) };
        var mail = SecureMails.Mail(SecureMails.Opaque(SecureMails.Encrypted(Inner, us), "enveloped-data"));
        var data = await DataAsync(mail, keys);
        Assert.Equal("It broke.", data.GetProperty("text").GetString()!.Trim());
        Assert.Equal("Help", data.GetProperty("subject").GetString());
        var file = Assert.Single(data.GetProperty("attachments").EnumerateArray());
        Assert.Equal("a.csv", file.GetProperty("filename").GetString());
        // A link would lead into the mail as it came, where there is no such attachment.
        Assert.Equal(JsonValueKind.Null, file.GetProperty("url").ValueKind);
        Assert.Equal("1,2", Encoding.ASCII.GetString(file.GetProperty("content").GetBytesFromBase64()).Trim());
        var signature = Assert.Single(data.GetProperty("signatures").EnumerateArray());
        Assert.Equal("al@customer.com", signature.GetProperty("signer").GetString());
        var raw = await SendAsync(mail, keys, "raw");
        Assert.EndsWith(Encoding.ASCII.GetString(mail), Encoding.ASCII.GetString(raw.Body), StringComparison.Ordinal);
        var sealedOne = await DataAsync(mail, null);
        Assert.Equal("smime.p7m", Assert.Single(sealedOne.GetProperty("attachments").EnumerateArray()).GetProperty("filename").GetString());
    }

    private static async Task<JsonElement> DataAsync(byte[] mail, SecureMailKeys? keys)
    {
        var request = await SendAsync(mail, keys, "json");
        using var document = JsonDocument.Parse(request.Body);
        return document.RootElement.GetProperty("data").Clone();
    }

    private static async Task<RecordedRequest> SendAsync(byte[] mail, SecureMailKeys? keys, string format)
    {
        var verdicts = MailVerdicts.NotAsked with
        {
            Signatures = [new SignatureVerdict("smime", SignatureResult.Valid) { Signer = "al@customer.com" }],
        };
        var handler = new RecordingHandler();
        var target = new WebhookTarget(
            WebhookFixture.Options with { Format = format, InlineAttachments = 0, OtherAttachments = LargeAttachments.Link },
            WebhookFixture.Services(handler) with { SecureMail = keys });
        var message = WebhookFixture.Message with { Size = mail.Length, AuthenticationJson = VerdictsJson.Write(verdicts) };
        Assert.IsType<DeliveryOutcome.Delivered>(await target.DeliverAsync(
            new DeliveryAttempt(WebhookFixture.Sample, message, MailContent.FromMemory(mail), 1), TestContext.Current.CancellationToken));
        return handler.Request;
    }
}
