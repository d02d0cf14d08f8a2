using System.Text;
using InboundBridge.MailFlow.Bounces;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Spool;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.MailFlow.Bounces;

/// <summary>Bounces over a spool in its own folder, asked as the queue asks them.</summary>
internal sealed class BounceFixture : IAsyncDisposable
{
    public const string Sender = "al@example.org";

    public const string Mail =
        "From: Al <al@example.org>\r\nTo: Ann <ann@example.com>\r\nSubject: Lunch\r\nMessage-ID: <lunch@example.org>\r\n\r\nAt noon?\r\n";

    public const string SpfPass = """{"spf":{"result":"pass","scope":"mfrom","domain":"example.org"}}""";

    private readonly SpoolFolder _folder = new();
    private int _mails;

    private BounceFixture()
    {
    }

    public FakeTimeProvider Clock { get; } = new(FakeTime.Start);

    public IMailSpool Spool { get; private set; } = null!;

    public MetricRegistry Registry { get; } = new();

    public DeliveryBounces Bounces { get; private set; } = null!;

    public static BounceOptions Options { get; } = new() { Hostname = "mx.example.com", Via = "outbound" };

    public static async Task<BounceFixture> OpenAsync(Func<BounceOptions, BounceOptions>? change = null)
    {
        var fixture = new BounceFixture();
        fixture.Spool = await SpoolOpening.OpenAsync(fixture._folder.Path, fixture.Clock);
        fixture.Bounces = new DeliveryBounces(
            fixture.Spool, fixture.Clock, new BounceMetrics(fixture.Registry), NullLogger<DeliveryBounces>.Instance,
            change?.Invoke(Options) ?? Options);
        return fixture;
    }

    public static MailEnvelope Envelope(params MailRecipient[] recipients) => new()
    {
        Sender = Sender,
        Recipients = recipients.Length == 0 ? [new MailRecipient("ann@example.com")] : recipients,
    };

    /// <summary>A mail whose sender SPF confirms, unless a test says otherwise.</summary>
    public SpooledMessage Message(MailEnvelope? envelope = null, string? verdicts = SpfPass) => new()
    {
        Id = $"m{++_mails:0000}",
        ReceivedAt = Clock.GetUtcNow(),
        Envelope = envelope ?? Envelope(),
        Size = Mail.Length,
        Sha256 = "00",
        ConfigVersion = "v1",
        Subject = "Lunch",
        AuthenticationJson = verdicts,
    };

    public SpooledDelivery Delivery(SpooledMessage message, string destination = "mailboxes") => new()
    {
        Id = $"{message.Id}-0",
        MessageId = message.Id,
        Destination = destination,
        Recipients = [.. message.Envelope.Recipients.Select(recipient => new MailRecipient(recipient.Address))],
        CreatedAt = message.ReceivedAt,
        NextAttemptAt = message.ReceivedAt,
    };

    public static DestinationOptions Destination(string kind = "relay", string onFailure = "bounce") =>
        new() { Name = "mailboxes", Kind = kind, OnFailure = onFailure };

    public static DeliveryReply Refusal(string text = "550 5.1.1 <ann@example.com> User unknown") =>
        new(550, "5.1.1", text, "mail.example.com");

    /// <summary>A delivery that a destination refused; the mail need not be in the spool.</summary>
    public DeliveryEnd Failed(
        SpooledMessage message, DeliveryReply? reply = null, string kind = "relay", string mail = Mail, bool expired = false)
    {
        var delivery = Delivery(message);
        return new DeliveryEnd(
            delivery, message, delivery.Recipients, DeliveryState.Dead, reply ?? Refusal(), expired, Destination(kind))
        {
            Content = ContentOf(mail),
        };
    }

    public static MailContent ContentOf(string mail) => MailContent.FromMemory(Encoding.UTF8.GetBytes(mail));

    /// <summary>As the queue does: the hook is called only where it wants to be.</summary>
    public async Task<WrittenBounce?> TellAsync(DeliveryEnd end) =>
        Bounces.Hooks.WantsEnd(end) && await Bounces.Hooks.Ended!(end, CancellationToken.None) is { } mail
            ? await WrittenBounce.OfAsync(mail) : null;

    public async Task<WrittenBounce?> TellAsync(DeliveryWait wait) =>
        Bounces.Hooks.WantsWait(wait) && await Bounces.Hooks.Waits!(wait, CancellationToken.None) is { } mail
            ? await WrittenBounce.OfAsync(mail) : null;

    /// <summary>Stores a bounce, as the queue does in the transaction of its cause.</summary>
    public async Task KeepAsync(WrittenBounce bounce) => await Spool.CommitAsync(
        bounce.Mail.Staged, bounce.Mail.Message, bounce.Mail.Deliveries, NewClaims.None, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Spool.DisposeAsync();
        _folder.Dispose();
    }
}
