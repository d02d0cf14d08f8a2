using System.Text;
using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Delivery.Webhook.Signing;
using InboundBridge.MailFlow.Delivery.Webhook.Transport;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook;

/// <summary>One mail, one delivery and one destination, which tests change as they need.</summary>
internal static class WebhookFixture
{
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    public const string Mail = "From: Al <al@customer.com>\r\nTo: support@example.com\r\nSubject: Help\r\n\r\nIt broke\r\n";

    public static WebhookOptions Options { get; } =
        new() { Name = "helpdesk", Url = "https://app.example.com/hooks/mail", Secrets = [Secret] };

    public static SpooledMessage Message { get; } = new()
    {
        Id = "01kdxb3yw0message0000000000",
        ReceivedAt = Now.AddSeconds(-1),
        Envelope = new MailEnvelope { Sender = "al@customer.com", Recipients = [new MailRecipient("support+42@example.com")] },
        Size = Mail.Length,
        Sha256 = "00",
        ConfigVersion = "v1",
        Subject = "Help",
    };

    public static SpooledDelivery Sample { get; } = new()
    {
        Id = "01kdxb3yw0delivery000000000",
        MessageId = Message.Id,
        Destination = "helpdesk",
        Recipients = [new MailRecipient("support+42@example.com", "support+42@example.com")],
        CreatedAt = Now,
        Vars = new Dictionary<string, string> { ["ticket"] = "42" },
    };

    public static DeliveryAttempt Attempt(SpooledDelivery? delivery = null, MailContent? content = null, int number = 1) =>
        new(delivery ?? Sample, Message, content ?? MailContent.FromMemory(Encoding.UTF8.GetBytes(Mail)), number);

    public static WebhookServices Services(HttpMessageHandler handler, TimeProvider? clock = null) => new()
    {
        Connections = new WebhookConnections(handler),
        Clock = clock ?? new FakeTimeProvider(Now),
        Version = "1.2.3",
        Links = new LinkSigner(new Uri("https://mx.example.com/mail/"), new byte[32], TimeSpan.FromDays(3),
            clock ?? new FakeTimeProvider(Now)),
    };

    public static ValueTask<DeliveryOutcome> DeliverAsync(HttpMessageHandler handler, WebhookOptions? options = null,
        DeliveryAttempt? attempt = null, TimeProvider? clock = null) =>
        new WebhookTarget(options ?? Options, Services(handler, clock)).DeliverAsync(attempt ?? Attempt(), CancellationToken.None);
}
