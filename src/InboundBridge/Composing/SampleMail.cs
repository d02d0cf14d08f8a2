using System.Text;
using MimeKit;

namespace InboundBridge.Composing;

/// <summary>
/// A mail made from the options of the command line or from a rule test, composed by MimeKit. Its body is always ASCII, and its lines end
/// with CRLF.
/// </summary>
internal sealed record SampleMail
{
    /// <summary>RFC 5321 §4.5.3.1.6: a text line has at most 998 octets before its CRLF.</summary>
    private const int LongestLine = 998;

    public required string From { get; init; }

    public required IReadOnlyList<string> To { get; init; }

    public required string Subject { get; init; }

    public IReadOnlyList<string> Cc { get; init; } = [];

    /// <summary>Plain text; null for HTML alone.</summary>
    public required string? Text { get; init; }

    /// <summary>With a text as well, both are sent as alternatives.</summary>
    public string? Html { get; init; }

    /// <summary>Each of these replaces the field of its name that would be written otherwise.</summary>
    public IReadOnlyList<(string Name, string Value)> Fields { get; init; } = [];

    /// <summary>File name, content, and content type; null for the one that the name suggests.</summary>
    public IReadOnlyList<(string Name, byte[] Content, string? Type)> Attachments { get; init; } = [];

    public required DateTimeOffset Date { get; init; }

    /// <summary>Different for each mail: the left part of Message-ID.</summary>
    public required string Unique { get; init; }

    public byte[] ToBytes()
    {
        using var mail = new MimeMessage { Subject = Subject, Date = Date };
        // Not through MimeKit's property, which refuses odd domains.
        mail.Headers[HeaderId.MessageId] = $"<{Unique}@{Domain(From)}>";
        Write(mail, HeaderId.From, mail.From, [From]);
        Write(mail, HeaderId.To, mail.To, To);
        Write(mail, HeaderId.Cc, mail.Cc, Cc);
        foreach (var (name, _) in Fields)
            mail.Headers.RemoveAll(name);
        foreach (var (name, value) in Fields)
            mail.Headers.Add(new Header(Encoding.UTF8, name, value));
        mail.Body = Body();
        mail.Prepare(EncodingConstraint.SevenBit, LongestLine);
        return Octets(mail);
    }

    /// <summary>One field with its line end, encoded as RFC 2047 says where it is not ASCII.</summary>
    public static byte[] FieldOctets(string name, string value) =>
        [.. Encoding.ASCII.GetBytes(name), (byte)':', .. new Header(Encoding.UTF8, name, value).RawValue];

    private MimeEntity Body()
    {
        var body = new BodyBuilder { TextBody = Text, HtmlBody = Html };
        if (Text is null && Html is null)
            body.TextBody = string.Empty;
        foreach (var (name, content, type) in Attachments)
            body.Attachments.Add(Attachment(name, content, type ?? MimeTypes.GetMimeType(name)));
        return body.ToMessageBody();
    }

    /// <summary>Always base64, so that the file's octets arrive: MimeKit would change the line ends of a text, and parse a mail.</summary>
    private static MimePart Attachment(string name, byte[] content, string type)
    {
        // RFC 2046 §5.2.1: message/rfc822 must not be encoded.
        return new MimePart(type.StartsWith("message/", StringComparison.Ordinal) ? "application/octet-stream" : type)
        {
            Content = new MimeContent(new MemoryStream(content)),
            ContentDisposition = new ContentDisposition(ContentDisposition.Attachment),
            ContentTransferEncoding = ContentEncoding.Base64,
            FileName = name,
        };
    }

    /// <summary>Addresses outside of ASCII need SMTPUTF8 anyway (RFC 6532): there the header is UTF-8.</summary>
    private byte[] Octets(MimeMessage mail)
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        format.EnsureNewLine = true;
        format.International = !To.Concat(Cc).Append(From).All(address => Ascii.IsValid(address));
        using var octets = new MemoryStream();
        mail.WriteTo(format, octets);
        return octets.ToArray();
    }

    private static void Write(MimeMessage mail, HeaderId field, InternetAddressList list, IReadOnlyList<string> addresses)
    {
        try
        {
            list.AddRange([.. addresses.Select(address => new MailboxAddress(string.Empty, address))]);
        }
        catch (ParseException)
        {
            // Not RFC 5322's syntax. It is written as it was given, because people send odd addresses to see what a server says.
            var header = new Header(field, string.Empty);
            header.SetRawValue(Encoding.UTF8.GetBytes($" {string.Join(",\r\n ", addresses.Select(address => $"<{address}>"))}\r\n"));
            mail.Headers.Replace(header);
        }
    }

    private static string Domain(string address) =>
        address[(address.LastIndexOf('@') + 1)..] is { Length: > 0 } domain ? domain : "localhost";
}
