using InboundBridge.Mime;
using InboundBridge.Mime.Addresses;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Reception.Facts;

/// <summary>The facts that the mail itself tells, read when a rule first asks.</summary>
internal sealed class MimeFacts(MimeMessage mail)
{
    private IReadOnlyList<AttachmentFacts>? _attachments;

    /// <summary>Facts of the header.</summary>
    public static FactReaders<MimeFacts> OfHeader { get; } = new()
    {
        { Fact.From, facts => Addresses(facts.Mail.From) },
        { Fact.To, facts => Addresses(facts.Mail.To) },
        { Fact.Cc, facts => Addresses(facts.Mail.Cc) },
        { Fact.ReplyTo, facts => Addresses(facts.Mail.ReplyTo) },
        { Fact.Subject, facts => FactValue.Of(facts.Mail.Subject) },
        { Fact.Date, facts => facts.Mail.Date is { } date ? FactValue.Of(date) : FactValue.Absent },
        { Fact.MessageId, facts => FactValue.Of(facts.Mail.MessageId) },
        { Fact.ListId, facts => FactValue.Of(facts.Mail.ListId) },
    };

    /// <summary>Facts of structure and body.</summary>
    public static FactReaders<MimeFacts> OfContent { get; } = new()
    {
        { Fact.Kind, facts => FactValue.Of(facts.Mail.Kind) },
        { Fact.Text, facts => FactValue.Of(facts.Mail.Text) },
        { Fact.Html, facts => FactValue.Of(facts.Mail.Html) },
        { Fact.Attachments, facts => FactValue.Of(facts.Attachments) },
    };

    public MimeMessage Mail => mail;

    private IReadOnlyList<AttachmentFacts> Attachments =>
        _attachments ??= [.. mail.Attachments.Select(attachment => new Attachment(attachment))];

    public FactValue Header(string name)
    {
        List<string>? values = null;
        foreach (var field in mail.HeadersOf(name))
            (values ??= []).Add(field.Value);
        return values is null ? FactValue.Absent : FactValue.Of(values);
    }

    private static FactValue Addresses(IReadOnlyList<MailboxAddress> mailboxes) =>
        FactValue.Of((IReadOnlyList<string>)[.. mailboxes.Select(mailbox => mailbox.Address)]);

    private sealed class Attachment(MimeAttachment attachment) : AttachmentFacts
    {
        public override string? Name => attachment.FileName;

        public override string Type => attachment.ContentType;

        public override long Size => attachment.Size;

        public override string Sha256 => attachment.Sha256;
    }
}
