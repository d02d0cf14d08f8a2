using System.Text;
using MimeKit;
using MimeKit.Utils;

namespace InboundBridge.ScenarioTests.Relays;

/// <summary>
/// Mails of all kinds that programs write: text in several charsets, attachments, mails inside mails, long headers, header fields in UTF-8.
/// Each can be converted to 7 bit.
/// </summary>
internal sealed class RelayedMails(int seed)
{
    private static readonly string[] Words =
        ["hello", "Grüße", "order", "naïve", "100%", "=3D", "zażółć", ".",
        "日本語", "over  there", "w:o:r:d", "мир", "\ttab", "=", "From here"];

    private readonly Random _random = new(seed);
    private int _number;

    /// <returns>The mail, and whether its header needs SMTPUTF8.</returns>
    public (byte[] Octets, bool IsUtf8) Next()
    {
        var number = _number++;
        var isUtf8 = number % 5 == 4;
        using var mail = new MimeMessage { Subject = $"{number} {Text(6)}", MessageId = $"{number}@sender.test", Body = Body(number % 7) };
        mail.Date = DateTimeOffset.UnixEpoch.AddDays(20_000 + number);
        mail.From.Add(new MailboxAddress("Ål Sender", "al@sender.test"));
        for (var more = number % 11 == 0 ? 200 : 1; more > 0; more--)
            mail.To.Add(new MailboxAddress(Text(2), $"bo{more}@example.com"));
        if (number % 13 == 0)
            mail.Headers.Add("X-Long", string.Join(' ', Enumerable.Repeat("a-word-of-a-long-field", 300)));
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        format.International = isUtf8;
        using var octets = new MemoryStream();
        mail.WriteTo(format, octets);
        return (octets.ToArray(), isUtf8);
    }

    private MimeEntity Body(int kind) => kind switch
    {
        0 => Part("plain", Encoding.UTF8, ContentEncoding.EightBit),
        1 => Part("plain", Encoding.Latin1, ContentEncoding.EightBit),
        2 => new MultipartAlternative
        {
            Part("plain", Encoding.UTF8, ContentEncoding.EightBit), Part("html", Encoding.UTF8, ContentEncoding.EightBit),
        },
        3 => new Multipart("mixed") { Part("plain", Encoding.UTF8, ContentEncoding.QuotedPrintable), Attachment() },
        4 => new Multipart("mixed") { Part("plain", Encoding.UTF8, ContentEncoding.EightBit), Inside() },
        5 => new TextPart("plain") { Text = "" },
        _ => Part("html", Encoding.UTF8, ContentEncoding.Base64),
    };

    private TextPart Part(string subtype, Encoding charset, ContentEncoding encoding)
    {
        var part = new TextPart(subtype) { ContentTransferEncoding = encoding };
        var text = new StringBuilder();
        for (var line = _random.Next(1, 30); line > 0; line--)
            text.Append(Text(_random.Next(8))).Append(_random.Next(4) == 0 ? " \r\n\r\n" : "\r\n");
        part.SetText(charset, text.ToString());
        return part;
    }

    private MimePart Attachment()
    {
        var octets = new byte[_random.Next(5000)];
        _random.NextBytes(octets);
        return new MimePart("application", "octet-stream")
        {
            Content = new MimeContent(new MemoryStream(octets)),
            ContentTransferEncoding = ContentEncoding.Base64,
            ContentDisposition = new ContentDisposition(ContentDisposition.Attachment) { FileName = "Größe.bin" },
        };
    }

    private MessagePart Inside()
    {
        var inner = new MimeMessage
        {
            Subject = Text(3),
            MessageId = MimeUtils.GenerateMessageId("inner.test"),
            Body = Part("plain", Encoding.UTF8, ContentEncoding.EightBit),
        };
        inner.From.Add(new MailboxAddress("Bo", "bo@inner.test"));
        return new MessagePart { Message = inner };
    }

    private string Text(int words) =>
        string.Join(' ', Enumerable.Range(0, words).Select(_ => Words[_random.Next(Words.Length)])).Trim();
}
