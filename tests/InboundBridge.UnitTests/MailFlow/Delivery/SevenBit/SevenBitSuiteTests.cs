using System.Text;
using InboundBridge.MailFlow.Delivery.SevenBit;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Spool.Contract;
using MimeKit;
using Part = InboundBridge.Mime.Structure.MimePart;

namespace InboundBridge.UnitTests.MailFlow.Delivery.SevenBit;

/// <summary>
/// The public mails, many of them odd, with accents in their texts: those that are converted say the same afterwards, to our reader and to
/// MimeKit.
/// </summary>
public class SevenBitSuiteTests
{
    private const int Mails = 231;

    /// <summary>Readers disagree where a header of these ends, and a field that is added there decides the question.</summary>
    private static readonly string[] Ambiguous =
        ["msg_38.eml", "mimetools-testmsgs__hdr-fakeout.eml", "testmsgs__basic-plain-with-bad-header-separator.eml"];

    [Fact]
    public async Task Converted_mails_say_the_same()
    {
        var (converted, refused, wrong) = (0, new List<string>(), new List<string>());
        var files = Directory.GetFiles(PublicSuites.Find("mime/messages"), "*.eml", SearchOption.AllDirectories);
        foreach (var file in files)
        {
            var mail = Accented(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
            if (OctetTraits.Of(mail).EightBit == 0 || Ambiguous.Contains(Path.GetFileName(file)))
                continue;
            var outcome = await SevenBitMail.ConvertAsync(
                MailContent.FromMemory(mail), default, SevenBitOptions.Default, Path.GetTempPath(), TestContext.Current.CancellationToken);
            if (outcome.Content is not { } content)
            {
                refused.Add($"{Path.GetFileName(file)}: {outcome.Problem}");
                continue;
            }
            converted++;
            using var stream = content.AsStream();
            using var octets = new MemoryStream();
            await stream.CopyToAsync(octets, TestContext.Current.CancellationToken);
            Compare(Path.GetFileName(file), mail, octets.ToArray(), wrong);
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(Mails, files.Length);
        Assert.True(refused.Count * 10 < converted, $"{converted} converted, refused:\n{string.Join('\n', refused)}");
    }

    private static void Compare(string name, byte[] mail, byte[] converted, List<string> wrong)
    {
        if (!OctetTraits.Of(converted).IsPlain)
            wrong.Add($"{name}: not in 7 bit");
        foreach (var (reader, read) in new (string, Func<byte[], string>)[] { ("we", Ours), ("MimeKit", OfMimeKit) })
        {
            var (before, after) = (read(mail), read(converted));
            if (before != after)
                wrong.Add($"{name}, as {reader} read it:\n{before}\n{after}");
        }
    }

    private static string Ours(byte[] mail)
    {
        var read = ParsedMail.Open(MailContent.FromMemory(mail));
        var attachments = read.Attachments.Select(attachment => $"{attachment.FileName} {attachment.ContentType} {attachment.Sha256}");
        return string.Join('|', Clean(read.Subject), Clean(read.Text), Clean(read.Html), string.Join(',', attachments));
    }

    private static string OfMimeKit(byte[] mail)
    {
        using var read = MimeMessage.Load(new MemoryStream(mail));
        var names = read.BodyParts.Select(part => $"{part.ContentType.MimeType} {(part as MimePart)?.FileName}");
        return string.Join('|', Clean(read.TextBody), Clean(read.HtmlBody), string.Join(',', names));
    }

    private static string? Clean(string? text) => text?.ReplaceLineEndings("\n").Trim();

    /// <summary>With lines that end by CRLF, and with é for each e in the texts that have no encoding.</summary>
    private static byte[] Accented(byte[] mail)
    {
        var lines = Encoding.Latin1.GetString(mail).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n')
            .Replace("\n", "\r\n", StringComparison.Ordinal);
        var octets = Encoding.Latin1.GetBytes(lines).ToList();
        var texts = new List<(int From, int To)>();
        Collect(ParsedMail.Open(MailContent.FromMemory(octets.ToArray())).Structure, texts);
        foreach (var (from, to) in texts.OrderByDescending(text => text.From))
        {
            for (var at = to - 1; at >= from; at--)
            {
                if (octets[at] == (byte)'e')
                {
                    octets[at] = 0xC3;
                    octets.Insert(at + 1, 0xA9);
                }
            }
        }
        return [.. octets];
    }

    private static void Collect(Part part, List<(int From, int To)> texts)
    {
        foreach (var inner in part.Parts)
            Collect(inner, texts);
        if (part is { Parts.Count: 0, ContentType: { Type: "text", Subtype: "plain" }, TransferEncoding: "7bit" or "8bit" })
            texts.Add(((int)part.BodyOffset, (int)part.BodyEnd));
    }
}
