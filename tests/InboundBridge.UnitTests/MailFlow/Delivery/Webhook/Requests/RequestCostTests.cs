using System.Text;
using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Spool.Contract;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Requests;

/// <summary>
/// How much composing and signing a request may allocate for a mail of 4 KB. Allocation takes most of the CPU time of a small request.
/// </summary>
public class RequestCostTests(ITestOutputHelper output)
{
    private const int Rounds = 200;

    private static readonly byte[] Mail = Encoding.ASCII.GetBytes(
        "Received: from mail.customer.com by mx.example.com with ESMTPS id 01kdxb3yw0;\r\n\tFri, 02 Jan 2026 03:04:04 +0000\r\n"
        + WebhookFixture.Mail.TrimEnd()
        + string.Concat(Enumerable.Repeat("\r\n0123456789 abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ", 60)) + "\r\n");

    [Theory]
    [InlineData("json", 9 * 1024)]
    [InlineData("raw", 4 * 1024)]
    public void A_small_mail_allocates_little(string format, int limit)
    {
        var webhook = PreparedWebhook.From(Options with { Format = format }, Path.GetTempPath());
        var services = Services(new RecordingHandler());
        Compose(webhook, services);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Rounds; round++)
            Compose(webhook, services);
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;
        output.WriteLine($"{format}: {each} octets a request of {Mail.Length} octets of mail");
        Assert.InRange(each, 0, limit);
    }

    private static void Compose(PreparedWebhook webhook, WebhookServices services)
    {
        var attempt = Attempt(content: MailContent.FromMemory(Mail));
        using var content = webhook.Format.Compose(new WebhookMail(attempt, webhook.Options, webhook.FixedUrl!, services, Now));
        using var request = WebhookRequest.Create(webhook, webhook.FixedUrl!, content, attempt, Now, services.UserAgent);
        Assert.NotNull(request.Content);
    }
}
