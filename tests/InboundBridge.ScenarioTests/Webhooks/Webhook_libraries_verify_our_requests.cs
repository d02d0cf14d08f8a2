using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using InboundBridge.MailFlow.Delivery.Webhook.Signing;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Webhooks;

/// <summary>npm's standardwebhooks, svix, cloudevents, busboy and SendGrid's parser, and Node's cryptography, read our requests.</summary>
public class Webhook_libraries_verify_our_requests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Theory]
    [InlineData("standardwebhooks")]
    [InlineData("svix")]
    public async Task A_signature_is_right(string library)
    {
        await using var node = await StartAsync(Secret);
        var said = await DeliverAsync(node, "json", library, Secret);
        Assert.Equal("mail.received", said.GetProperty("payload").GetProperty("type").GetString());
        Assert.Equal("Re: Grüße from <us> & \"them\"", said.GetProperty("payload").GetProperty("data").GetProperty("subject").GetString());
    }

    [Theory]
    [InlineData("standardwebhooks")]
    [InlineData("svix")]
    public async Task A_signature_of_another_secret_is_wrong(string library)
    {
        await using var node = await StartAsync(Secret);
        var outcome = await node.DeliverAsync("json", $"/{library}", VendorClient.Mail("reply"), "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        Assert.IsType<DeliveryOutcome.RetryLater>(outcome);
    }

    [Fact]
    public async Task An_ed25519_signature_is_right()
    {
        var seed = SHA256.HashData("a seed"u8);
        var publicKey = Convert.ToBase64String(new Ed25519Key(seed, Path.GetTempPath()).PublicKey());
        await using var node = await StartAsync(Secret, publicKey);
        await DeliverAsync(node, "json", "ed25519", "whsk_" + Convert.ToBase64String(seed));
        var outcome = await node.DeliverAsync(
            "json", "/ed25519", VendorClient.Mail("reply"), "whsk_" + Convert.ToBase64String(new byte[32]));
        Assert.IsType<DeliveryOutcome.RetryLater>(outcome);
    }

    [Fact]
    public async Task A_cloud_event_is_one()
    {
        await using var node = await StartAsync(Secret);
        var said = (await DeliverAsync(node, "cloudevents", "cloudevents", Secret)).GetProperty("event");
        Assert.Equal("/inboundbridge/vendor", said.GetProperty("source").GetString());
        Assert.Equal("m2@customer.com", said.GetProperty("data").GetProperty("message_id").GetString());
    }

    [Theory]
    [InlineData("mailgun", "reply")]
    [InlineData("mailgun", "attachments")]
    [InlineData("mailgun-mime", "reply")]
    public async Task Mailguns_signature_is_right(string format, string mail)
    {
        await using var node = await StartAsync("key-123");
        var said = await DeliverAsync(node, format, "mailgun", "key-123", mail);
        Assert.Equal("support+42@example.com", said.GetProperty("fields").GetProperty("recipient").GetString());
    }

    [Fact]
    public async Task SendGrids_own_parser_reads_a_mail()
    {
        await using var node = await StartAsync(Secret);
        var fields = (await DeliverAsync(node, "sendgrid", "sendgrid", Secret)).GetProperty("fields");
        Assert.Equal("Re: Grüße from <us> & \"them\"", fields.GetProperty("subject").GetString());
        Assert.Equal("{\"to\":[\"support+42@example.com\"],\"from\":\"al@customer.com\"}", fields.GetProperty("envelope").GetString());
        Assert.Equal("0", fields.GetProperty("attachments").GetString());
        var file = (await DeliverAsync(node, "sendgrid", "sendgrid", Secret, "attachments")).GetProperty("attachments")[1];
        Assert.Equal("rechnung ü.pdf", file.GetProperty("filename").GetString());
        Assert.Equal("application/pdf", file.GetProperty("type").GetString());
        Assert.Equal("4016ea74a8745cf769bc5983af8375fe82fc27ac551b137e9ac39323b30ef219", file.GetProperty("sha256").GetString());
    }

    [Theory]
    [InlineData("sendgrid", "attachment2")]
    [InlineData("mailgun", "attachment-2")]
    [InlineData("cloudmailin-multipart", "attachments[]")]
    public async Task Files_of_a_form_are_whole(string format, string field)
    {
        await using var node = await StartAsync(Secret);
        var file = (await DeliverAsync(node, format, "form", Secret, "attachments")).GetProperty("files").GetProperty(field);
        Assert.Equal("rechnung ü.pdf", file.GetProperty("filename").GetString());
        Assert.Equal("application/pdf", file.GetProperty("mimeType").GetString());
        Assert.Equal("4016ea74a8745cf769bc5983af8375fe82fc27ac551b137e9ac39323b30ef219", file.GetProperty("sha256").GetString());
    }

    [Theory]
    [InlineData("cloudmailin-raw", "message")]
    [InlineData("sendgrid-raw", "email")]
    public async Task A_raw_mail_in_a_form_is_whole(string format, string field)
    {
        await using var node = await StartAsync(Secret);
        var said = await DeliverAsync(node, format, "form", Secret);
        Assert.Equal(Encoding.UTF8.GetString(VendorClient.Mail("reply")), said.GetProperty("fields").GetProperty(field).GetString());
    }

    private static async Task<JsonElement> DeliverAsync(
        VendorClient node, string format, string judge, string secret, string mail = "reply")
    {
        var outcome = await node.DeliverAsync(format, $"/{judge}", VendorClient.Mail(mail), secret);
        Assert.True(outcome is DeliveryOutcome.Delivered, $"{outcome.Reply.Text}\n{node.Log}");
        return await node.SaidAsync();
    }

    private static async Task<VendorClient> StartAsync(string secret, string publicKey = "")
    {
        var packages = await ClientPackages.FolderAsync();
        var environment = new Dictionary<string, string> { ["CLIENT_PACKAGES"] = packages };
        return await VendorClient.StartAsync(
            PeerPrograms.Find("node", "nodejs"), [VendorClient.Script("libraries.mjs"), secret, publicKey], environment);
    }
}
