using System.Text;
using MimeKit;

namespace InboundBridge.UnitTests.Mime.Suites;

/// <summary>
/// Mails as people send them, of random content: names and subjects in several alphabets, a text with or without HTML, pictures in it,
/// files beside it, in all encodings. The same seed gives the same mails.
/// </summary>
internal sealed class OrdinaryMailWriter(int seed)
{
    private static readonly string[] Words =
    [
        "plan", "Montag", "Grüße", "réunion", "año", "отчёт", "会議", "資料", "빠른", "שלום", "مرحبا", "Ελλάδα", "zażółć", "ticket", "100%",
        "(draft)", "Re:", "\"quoted\"", "a=b", "👍", "naïve", "under_score", "semi;colon", "one,two", "back\\slash", "<tag>",
    ];

    private static readonly string[] Names =
        ["Al", "André Smith", "Smith, Al", "山田 太郎", "Ольга", "Bo \"the\" Builder", "", "O'Neil (sales)"];

    private static readonly ContentEncoding[] TextEncodings = [ContentEncoding.QuotedPrintable, ContentEncoding.Base64];

    private readonly Random _random = new(seed);

    public byte[] Write()
    {
        var mail = new MimeMessage { Subject = Phrase(1, 14), MessageId = $"{_random.Next():x}@example.net" };
        Fill(mail.From, 1);
        Fill(mail.To, 1 + _random.Next(4));
        Fill(mail.Cc, _random.Next(4));
        // MimeKit 4.18 writes -06:30 as -06-30, so only whole hours.
        var zone = TimeSpan.FromHours(_random.Next(-11, 14));
        mail.Date = new DateTimeOffset(2026, 1, 1, 0, 0, 0, zone).AddSeconds(_random.Next(100_000_000));
        mail.Body = Body();
        using var octets = new MemoryStream();
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        options.International = _random.Next(8) == 0;
        mail.WriteTo(options, octets);
        return octets.ToArray();
    }

    private MimeEntity Body()
    {
        var builder = new BodyBuilder { TextBody = Paragraphs() };
        if (_random.Next(2) == 0)
        {
            builder.HtmlBody = $"<html><body><p>{Paragraphs()}</p></body></html>";
            for (var picture = _random.Next(3); picture > 0; picture--)
                builder.LinkedResources.Add($"picture{picture}.png", Octets(3000)).ContentId = $"{picture}@example.net";
        }

        for (var file = _random.Next(4); file > 0; file--)
            builder.Attachments.Add(FileName(file), Octets(20_000));
        var body = builder.ToMessageBody();
        Choose(body);
        return body;
    }

    /// <summary>What the library would choose by itself: boundaries at random, encodings by content.</summary>
    private void Choose(MimeEntity entity)
    {
        if (entity is TextPart { IsAttachment: false } text)
            text.ContentTransferEncoding = TextEncodings[_random.Next(TextEncodings.Length)];
        if (entity is not Multipart multipart)
            return;
        multipart.Boundary = $"=-{_random.Next():x}";
        foreach (var part in multipart)
            Choose(part);
    }

    private void Fill(InternetAddressList list, int count)
    {
        for (var index = 0; index < count; index++)
            list.Add(new MailboxAddress(Names[_random.Next(Names.Length)],
                $"user{_random.Next(1000)}.x@mail{_random.Next(9)}.example.com"));
    }

    /// <summary>What a file system allows, so that no reader has to change it.</summary>
    private string FileName(int number) =>
        $"{string.Concat(Phrase(1, 5).Where(letter => letter == ' ' || letter == '.' || char.IsLetterOrDigit(letter))).Trim()}{number}.bin";

    private string Paragraphs()
    {
        var text = new StringBuilder();
        for (var lines = 1 + _random.Next(12); lines > 0; lines--)
            text.Append("Hello ").Append(Phrase(3, 30)).Append(".\r\n");
        return text.ToString();
    }

    private string Phrase(int least, int most) =>
        string.Join(' ', Enumerable.Range(0, _random.Next(least, most + 1)).Select(_ => Words[_random.Next(Words.Length)]));

    private byte[] Octets(int most)
    {
        var octets = new byte[_random.Next(1, most)];
        _random.NextBytes(octets);
        return octets;
    }
}
