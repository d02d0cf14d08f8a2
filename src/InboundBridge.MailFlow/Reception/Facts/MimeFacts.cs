using InboundBridge.Mime;
using InboundBridge.Mime.Addresses;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Reception.Facts;

/// <summary>The facts that stand in the mail itself, read when a rule first asks.</summary>
internal sealed class MimeFacts(MimeMessage mail)
{
    private IReadOnlyList<AttachmentFacts>? _attachments;

    public FactValue OfHeader(Fact fact) => fact switch
    {
        Fact.From => Addresses(mail.From),
        Fact.To => Addresses(mail.To),
        Fact.Cc => Addresses(mail.Cc),
        Fact.ReplyTo => Addresses(mail.ReplyTo),
        Fact.Subject => FactValue.Of(mail.Subject),
        Fact.Date => mail.Date is { } date ? FactValue.Of(date) : FactValue.Absent,
        Fact.MessageId => FactValue.Of(mail.MessageId),
        Fact.ListId => FactValue.Of(mail.ListId),
        _ => throw new ArgumentOutOfRangeException(nameof(fact), fact, null),
    };

    public FactValue OfBody(Fact fact) => fact switch
    {
        Fact.Kind => FactValue.Of(mail.Kind),
        Fact.Text => FactValue.Of(mail.Text),
        Fact.Html => FactValue.Of(mail.Html),
        Fact.Attachments => FactValue.Of(_attachments ??= [.. mail.Attachments.Select(attachment => new Attachment(attachment))]),
        _ => throw new ArgumentOutOfRangeException(nameof(fact), fact, null),
    };

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
