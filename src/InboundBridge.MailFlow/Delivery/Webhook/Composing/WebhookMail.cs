using System.Security.Cryptography;
using System.Text;
using InboundBridge.MailFlow.Delivery.Webhook.Signing;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime;
using InboundBridge.Mime.Headers;

namespace InboundBridge.MailFlow.Delivery.Webhook.Composing;

/// <summary>What a format is given to write: one attempt's mail with the rule's header edits, parsed when a format asks.</summary>
internal sealed class WebhookMail(DeliveryAttempt attempt, WebhookOptions options, Uri url, CompositionServices services, DateTimeOffset now)
{
    private MailContent? _source;
    private MimeMessage? _mime;
    private OmittedAttachments? _omitted;

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
    public MailContent Source => _source ??= Delivery.HeaderEdits.Count == 0
        ? attempt.Content
        : OutgoingMessage.Compose(attempt.Content, Delivery.HeaderEdits);

    public MimeMessage Mime => _mime ??= ParsedMail.Open(Source, services.Mime);

    public AuthenticationVerdicts Verdicts => field ??= AuthenticationVerdicts.Read(Message.AuthenticationJson);

    public string? RawUrl => Links?.RawMail(Message.Id);

    public BodyBuffer NewBody() => new(services.TemporaryFolder);

    /// <summary>
    /// The header without fields in which the vendor itself would speak (its verdicts): a sender could have written them. One that a rule adds stays.
    /// </summary>
    /// <param name="vendors">How the names of such fields begin.</param>
    public IEnumerable<HeaderField> HeadersWithout(IReadOnlyList<string> vendors) => Mime.Headers.Where(field =>
        !vendors.Any(vendor => field.Name.StartsWith(vendor, StringComparison.OrdinalIgnoreCase))
        || Delivery.HeaderEdits.Any(edit => edit.Value is not null && string.Equals(edit.Name, field.Name, StringComparison.OrdinalIgnoreCase)));

    /// <summary>The octets with whole header fields in front of them.</summary>
    public MailContent SourceBelow(string topFields) => OutgoingMessage.Compose(attempt.Content, Delivery.HeaderEdits, topFields);

    /// <summary>
    /// Whether an attachment's content goes into the body; else there is <see cref="LinkTo"/>, or it is omitted. What would be linked and can't be is sent whole: nothing is
    /// left out that the operator did not want left out.
    /// </summary>
    public bool IsInline(MimeAttachment attachment)
    {
        if (attachment.Size <= options.InlineAttachments || options.OtherAttachments == LargeAttachments.Inline)
            return true;
        if (options.OtherAttachments == LargeAttachments.Link)
            return options.InlinesWhatHasNoLink && Links is not { CanLink: true };
        (_omitted ??= new OmittedAttachments()).Add(attachment);
        return false;
    }

    /// <summary>What the format left out, once it has written the body; null: nothing.</summary>
    public OmittedAttachments? Omitted => _omitted;

    /// <summary>
    /// The vendor's own proof or credential; null where there is none: without a secret, and where the secret belongs to another host than this goes to.
    /// </summary>
    /// <param name="prove">Given the first secret.</param>
    public string? VendorsProof(Func<string, string> prove)
    {
        if (options.Secrets.Count == 0 || options.IsSecretOfAnotherHost)
            return null;
        return options.HidesSignatures ? ShownOptions.Blot : prove(options.Secrets[0]);
    }

    /// <summary>For dialects that know no links: attachments are sent whole, unless large ones are to be omitted.</summary>
    public IEnumerable<MimeAttachment> Files => options.OtherAttachments == LargeAttachments.Omit ? Mime.Attachments.Where(IsInline) : Mime.Attachments;

    /// <summary>Null where attachments are not linked, or can't be.</summary>
    public string? LinkTo(MimeAttachment attachment) =>
        options.OtherAttachments == LargeAttachments.Link ? Links?.Attachment(Message.Id, attachment.Index) : null;

    private LinkSigner? Links => options.HidesSignatures ? services.Links?.WithoutSignatures : services.Links;

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
