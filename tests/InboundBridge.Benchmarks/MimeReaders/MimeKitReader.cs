using System.Security.Cryptography;
using System.Text;
using MimeKit;

namespace InboundBridge.Benchmarks.MimeReaders;

/// <summary>MimeKit as its documentation recommends for a mail in memory: contents stay slices of the octets.</summary>
internal sealed class MimeKitReader : IMailReader
{
    /// <summary>An embedded mail is written as it travels.</summary>
    private static readonly FormatOptions Dos = CreateOptions();

    // As its documentation asks for; without it most charsets become ISO-8859-1.
    static MimeKitReader() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public string Name => "MimeKit";

    public MailAnswers Read(byte[] octets)
    {
        using var stream = new MemoryStream(octets, writable: false);
        using var mail = MimeMessage.Load(ParserOptions.Default, stream, persistent: true);
        return new MailAnswers(
            Addresses(mail.From), Addresses(mail.To), Addresses(mail.Cc), mail.Subject, mail.MessageId,
            mail.Date == default ? null : mail.Date, mail.TextBody, mail.HtmlBody,
            [.. mail.BodyParts.Where(part => !IsText(part)).Select(part => (NameOf(part), Digest(part)))]);
    }

    private static bool IsText(MimeEntity entity) =>
        entity is TextPart { IsAttachment: false, FileName: null } text && (text.IsPlain || text.IsHtml);

    private static string[] Addresses(InternetAddressList list) => [.. list.Mailboxes.Select(mailbox => mailbox.Address)];

    private static string? NameOf(MimeEntity entity) =>
        entity is MimePart part ? part.FileName : entity.ContentDisposition?.FileName ?? entity.ContentType.Name;

    private static string Digest(MimeEntity entity)
    {
        using var content = entity switch
        {
            MimePart { Content: { } encoded } => encoded.Open(),
            MessagePart { Message: { } message } => Written(message),
            _ => Stream.Null,
        };
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }

    private static MemoryStream Written(MimeMessage message)
    {
        var octets = new MemoryStream();
        message.WriteTo(Dos, octets);
        octets.Position = 0;
        return octets;
    }

    private static FormatOptions CreateOptions()
    {
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        return options;
    }
}
