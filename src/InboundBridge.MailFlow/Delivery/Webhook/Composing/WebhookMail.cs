using System.Security.Cryptography;
using System.Text;
using InboundBridge.MailFlow.Delivery.Webhook.Signing;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.SecureMail;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Mime;
using InboundBridge.Mime.Headers;

namespace InboundBridge.MailFlow.Delivery.Webhook.Composing;

/// <summary>The input of a format: the mail of one attempt with the rule's header edits. It is parsed when a format first asks.</summary>
internal sealed class WebhookMail(
    DeliveryAttempt attempt, WebhookOptions options, Uri url, CompositionServices services, DateTimeOffset now)
{
    private MailContent? _source;
    private MailContent? _raw;
    private MimeMessage? _mime;
    private MimeMessage? _outer;
    private bool _isOpened;
    private OmittedAttachments? _omitted;

    public SpooledMessage Message => attempt.Message;

    public SpooledDelivery Delivery => attempt.Delivery;

    public WebhookOptions Options => options;

    /// <summary>The URL of the request, filled in.</summary>
    public Uri Url => url;

    /// <summary>The envelope's recipients for this destination.</summary>
    public IEnumerable<string> Recipients => Delivery.Recipients.Select(recipient => recipient.Address);

    /// <summary>The first recipient; empty without any.</summary>
    public string Recipient => Recipients.FirstOrDefault(string.Empty);

    /// <summary>The beginning of this attempt, which signatures contain.</summary>
    public DateTimeOffset Now => now;

    /// <summary>
    /// The mail with the rule's header edits, as formats read it: the headers in payloads are the received ones. The caller must not
    /// dispose it.
    /// </summary>
    public MailContent Source => _source ??= Delivery.HeaderEdits.Count == 0
        ? attempt.Content
        : OutgoingMessage.Compose(attempt.Content, Delivery.HeaderEdits);

    /// <summary>
    /// The octets as this destination gets them where a format carries the whole mail: with our Authentication-Results on top. The caller
    /// must not dispose them.
    /// </summary>
    public MailContent Raw => Message.ResultsField is null ? Source : _raw ??= SourceBelow(string.Empty);

    /// <summary>
    /// What a person would read: of a mail that a configured key opens, the content inside, under the header fields as received. The
    /// octets (<see cref="Raw"/>) stay as they came.
    /// </summary>
    public MimeMessage Mime => _mime ??= Open();

    /// <summary>The content may have to be opened before it can be read.</summary>
    public bool IsSealed => services.SecureMail is { } keys && keys.Concern(Outer);

    /// <summary>S/MIME and OpenPGP signatures; empty where they were not checked.</summary>
    public IReadOnlyList<SignatureVerdict> Signatures =>
        Message.AuthenticationJson?.Contains("\"signatures\":", StringComparison.Ordinal) == true ? Verdicts.Signatures ?? [] : [];

    private MimeMessage Outer => _outer ??= ParsedMail.Open(Source, services.Mime);

    private MimeMessage Open()
    {
        if (!IsSealed || OpenedMail.Of(Source, Outer, services.SecureMail!, Message.ReceivedAt) is not { } opened)
            return Outer;
        _isOpened = true;
        return MimeMessage.Open(MimeSource.FromMemory(opened), services.Mime);
    }

    public MailVerdicts Verdicts => field ??= VerdictsReader.Read(Message.AuthenticationJson);

    public string? RawUrl => Links?.RawMail(Message.Id);

    public BodyBuffer NewBody() => new(services.TemporaryFolder);

    /// <summary>
    /// The header without the fields in which the vendor itself reports (its verdicts), since a sender
    /// could have forged them. Fields that a rule adds stay.
    /// </summary>
    /// <param name="vendors">Prefixes of the names of these fields.</param>
    public IEnumerable<HeaderField> HeadersWithout(IReadOnlyList<string> vendors) => Mime.Headers.Where(field =>
        !vendors.Any(vendor => field.Name.StartsWith(vendor, StringComparison.OrdinalIgnoreCase))
        || Delivery.HeaderEdits.Any(edit => edit.Value is not null
            && string.Equals(edit.Name, field.Name, StringComparison.OrdinalIgnoreCase)));

    /// <summary><see cref="Raw"/> with whole header fields before it.</summary>
    public MailContent SourceBelow(string topFields) =>
        OutgoingMessage.Compose(attempt.Content, Delivery.HeaderEdits, topFields, Message.ResultsField);

    /// <summary>
    /// Whether an attachment's content goes into the body. Otherwise there is <see cref="LinkTo"/>, or the attachment is omitted. An
    /// attachment that should be linked and can't be is sent whole, because only <c>omit</c> permits leaving anything out.
    /// </summary>
    public bool IsInline(MimeAttachment attachment)
    {
        if (attachment.Size <= options.InlineAttachments || options.OtherAttachments == LargeAttachments.Inline)
            return true;
        // A link leads to the mail as received, which has no such attachment.
        if (_isOpened && options.OtherAttachments == LargeAttachments.Link)
            return true;
        if (options.OtherAttachments == LargeAttachments.Link && (options.InlinesWhatHasNoLink || Links is { CanLink: true }))
            return Links is not { CanLink: true };
        (_omitted ??= new OmittedAttachments(
            options.OtherAttachments == LargeAttachments.Omit ? OmittedAttachments.Configured : OmittedAttachments.TooLargeForScripts))
            .Add(attachment);
        return false;
    }

    /// <summary>The attachments that the format left out, once it has written the body; null: none.</summary>
    public OmittedAttachments? Omitted => _omitted;

    /// <summary>
    /// The vendor's signature or credential; null without a secret, and when the secret
    /// belongs to another host than the one that gets this request.
    /// </summary>
    /// <param name="prove">Makes it from the first secret.</param>
    public string? VendorsProof(Func<string, string> prove)
    {
        if (options.Secrets.Count == 0 || options.IsSecretOfAnotherHost)
            return null;
        return options.HidesSignatures ? ShownOptions.Blot : prove(options.Secrets[0]);
    }

    /// <summary>
    /// For dialects without links: the attachments to send whole, which are all of them unless large ones are to be omitted.
    /// </summary>
    public IEnumerable<MimeAttachment> Files =>
        options.OtherAttachments == LargeAttachments.Omit ? Mime.Attachments.Where(IsInline) : Mime.Attachments;

    /// <summary>Null when attachments are not linked, or can't be.</summary>
    public string? LinkTo(MimeAttachment attachment) =>
        options.OtherAttachments == LargeAttachments.Link && !_isOpened ? Links?.Attachment(Message.Id, attachment.Index) : null;

    private LinkSigner? Links => options.HidesSignatures ? services.Links?.WithoutSignatures : services.Links;

    /// <summary>
    /// Hex digits that differ between attempts and that the author of the mail can't predict (the delivery's id contains 80 random bits).
    /// They are the same whenever the same attempt is composed again.
    /// </summary>
    /// <param name="length">Up to 64.</param>
    public string Nonce(string purpose, int length)
    {
        var octets = SHA256.HashData(Encoding.UTF8.GetBytes($"{purpose}\n{Delivery.Id}\n{attempt.Number}\n{now.ToUnixTimeMilliseconds()}"));
        return Convert.ToHexStringLower(octets)[..length];
    }
}
