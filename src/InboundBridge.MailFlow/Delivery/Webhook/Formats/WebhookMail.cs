using System.Security.Cryptography;
using System.Text;
using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Spool;
using InboundBridge.Mime;
using InboundBridge.Mime.Headers;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats;

/// <summary>What a format is given to write: one attempt's mail with the rule's header edits, parsed when a format asks.</summary>
internal sealed class WebhookMail(DeliveryAttempt attempt, WebhookOptions options, Uri url, WebhookServices services, DateTimeOffset now)
{
    private MimeSource? _source;
    private MimeMessage? _mime;

    public SpooledMessage Message => attempt.Message;

    public SpooledDelivery Delivery => attempt.Delivery;

    public WebhookOptions Options => options;

    /// <summary>Where it goes, filled in.</summary>
    public Uri Url => url;

    /// <summary>The envelope's recipients for this destination.</summary>
    public IEnumerable<string> Recipients => Delivery.Recipients.Select(recipient => recipient.Address);

    /// <summary>The first recipient; empty when there is none.</summary>
    public string Recipient => Recipients.FirstOrDefault(string.Empty);

    /// <summary>When this attempt began: the time that signatures name.</summary>
    public DateTimeOffset Now => now;

    /// <summary>The octets as this destination gets them. Not to be disposed.</summary>
    public MimeSource Source => _source ??= Delivery.HeaderEdits.Count == 0
        ? attempt.Content
        : OutgoingMessage.Compose(attempt.Content, Delivery.HeaderEdits);

    public MimeMessage Mime => _mime ??= MimeMessage.Open(Source, services.Mime);

    public AuthenticationVerdicts Verdicts => field ??= AuthenticationVerdicts.Read(Message.AuthenticationJson);

    public string? RawUrl => services.Links?.RawMail(Message.Id);

    public BodyBuffer NewBody() => new(services.TemporaryFolder);

    /// <summary>
    /// The header without fields in which the vendor itself would speak (its verdicts): a sender could have written them. One that a rule adds stays.
    /// </summary>
    /// <param name="vendors">How the names of such fields begin.</param>
    public IEnumerable<HeaderField> HeadersWithout(IReadOnlyList<string> vendors) => Mime.Headers.Where(field =>
        !vendors.Any(vendor => field.Name.StartsWith(vendor, StringComparison.OrdinalIgnoreCase))
        || Delivery.HeaderEdits.Any(edit => edit.Value is not null && string.Equals(edit.Name, field.Name, StringComparison.OrdinalIgnoreCase)));

    /// <summary>The octets with whole header fields in front of them.</summary>
    public MimeSource SourceBelow(string topFields) => OutgoingMessage.Compose(attempt.Content, Delivery.HeaderEdits, topFields);

    /// <summary>What of an attachment goes into the body: all of it, a link, or neither.</summary>
    public bool IsInline(MimeAttachment attachment) =>
        options.OtherAttachments == LargeAttachments.Inline || attachment.Size <= options.InlineAttachments;

    /// <summary>For dialects that know no links: attachments are sent whole, unless large ones are to be omitted.</summary>
    public IEnumerable<MimeAttachment> Files => Mime.Attachments.Where(attachment => options.OtherAttachments != LargeAttachments.Omit || IsInline(attachment));

    /// <summary>Null where attachments are not linked, or can't be.</summary>
    public string? LinkTo(MimeAttachment attachment) =>
        options.OtherAttachments == LargeAttachments.Link ? services.Links?.Attachment(Message.Id, attachment.Index) : null;

    /// <summary>
    /// Characters of hex that differ from attempt to attempt and that the mail's author can't know (the delivery's id holds 80 bits of chance),
    /// yet are the same whenever the same attempt is composed again.
    /// </summary>
    /// <param name="length">Up to 64.</param>
    public string Nonce(string purpose, int length)
    {
        var octets = SHA256.HashData(Encoding.UTF8.GetBytes($"{purpose}\n{Delivery.Id}\n{attempt.Number}\n{now.ToUnixTimeMilliseconds()}"));
        return Convert.ToHexStringLower(octets)[..length];
    }
}
