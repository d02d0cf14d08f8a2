using InboundBridge.Mime;
using InboundBridge.Mime.Addresses;

namespace InboundBridge.Benchmarks.MimeReaders;

/// <summary>The reader of the product.</summary>
internal sealed class OwnReader : IMailReader
{
    public string Name => "InboundBridge.Mime";

    public MailAnswers Read(byte[] octets)
    {
        var mail = MimeMessage.Open(MimeSource.FromMemory(octets));
        return new MailAnswers(
            Addresses(mail.From), Addresses(mail.To), Addresses(mail.Cc), mail.Subject, mail.MessageId, mail.Date,
            // The Text property would make a text from HTML where there is no plain one, which MimeKit does not.
            mail.BodyTexts.Plain(), mail.Html,
            [.. mail.Attachments.Select(attachment => (attachment.FileName, attachment.Sha256))]);
    }

    private static string[] Addresses(IReadOnlyList<MailboxAddress> mailboxes) => [.. mailboxes.Select(mailbox => mailbox.Address)];
}
