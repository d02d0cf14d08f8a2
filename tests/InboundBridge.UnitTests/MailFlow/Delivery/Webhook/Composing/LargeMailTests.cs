using System.Globalization;
using System.Text;
using System.Text.Json;
using InboundBridge.MailFlow.Delivery;
using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Formats;
using InboundBridge.MailFlow.Spool.Contract;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Composing;

/// <summary>Mails larger than any buffer: nothing is lost where pieces meet, and no body is held in memory.</summary>
public class LargeMailTests
{
    public static TheoryData<string> Formats() => [.. WebhookFormats.Names];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_large_body_moves_to_a_file(string format)
    {
        using var content = Compose(format, Mail("plain ASCII text, "));
        Assert.True(content.Body.Length > BodyBuffer.MemoryLimit);
        Assert.True(content.Body is BodyBuffer { IsInFile: true } or InboundBridge.MailFlow.Delivery.OutgoingMessage);
    }

    [Fact]
    public void Text_keeps_every_character_at_the_ends_of_pieces()
    {
        foreach (var filler in new[] { "é", "aé", "€", "a€", "📎", "a📎", "ab📎" })
        {
            var mail = Mail(filler, 100_000);
            using var content = Compose("json", mail);
            using var json = Parse(content);
            var text = json.RootElement.GetProperty("data").GetProperty("text").GetString()!;
            Assert.Equal(mail[(mail.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..].ReplaceLineEndings("\n").TrimEnd(),
                text.ReplaceLineEndings("\n").TrimEnd());
        }
    }

    [Theory]
    [InlineData("ses-sns")]
    [InlineData("postmark-raw")]
    [InlineData("mailgun-mime")]
    [InlineData("sendgrid-raw")]
    public void The_raw_mail_keeps_every_octet_at_the_ends_of_pieces(string format)
    {
        var mail = Mail("ab📎€");
        using var content = Compose(format, mail);
        Assert.Equal(mail, RawOf(format, content));
    }

    [Fact]
    public void Octets_that_are_not_text_are_kept_where_the_vendor_uses_base64()
    {
        var mail = (byte[])[.. Encoding.UTF8.GetBytes(Mail("x")), 0xFF];
        using var content = Compose("ses-sns", mail);
        using var outer = Parse(content);
        using var inner = JsonDocument.Parse(outer.RootElement.GetProperty("Message").GetString()!);
        Assert.Equal(mail, inner.RootElement.GetProperty("content").GetBytesFromBase64());
        Assert.Equal("BASE64", inner.RootElement.GetProperty("receipt").GetProperty("action").GetProperty("encoding").GetString());
    }

    [Fact]
    public void An_attachment_is_whole_and_its_memory_is_bounded()
    {
        var octets = new byte[3_000_000];
        for (var index = 0; index < octets.Length; index++)
            octets[index] = (byte)(index * 31 >> 3);
        var mail = Encoding.ASCII.GetBytes(
            "Content-Type: application/octet-stream; name=a\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + Convert.ToBase64String(octets, Base64FormattingOptions.InsertLineBreaks) + "\r\n");
        var source = new ChunkedContent(mail, 60_000);
        using (Compose("json", source))
        {
            // The first run fills the pools.
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var content = Compose("json", source);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
        using var json = Parse(content);
        Assert.Equal(
            octets, json.RootElement.GetProperty("data").GetProperty("attachments")[0].GetProperty("content").GetBytesFromBase64());
    }

    [Theory]
    [InlineData("plain ASCII text, ")]
    [InlineData("Grüße, 📎, ")]
    public void A_large_text_takes_its_memory_from_the_pools(string filler)
    {
        var mail = Encoding.UTF8.GetBytes(Mail(filler, 2_000_000));
        using (Compose("json", mail))
        {
            // The first run fills them.
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var content = Compose("json", mail);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
    }

    private static string RawOf(string format, WebhookContent content)
    {
        var body = Encoding.UTF8.GetString(ReadAll(content.Body));
        switch (format)
        {
            case "ses-sns":
                using (var outer = JsonDocument.Parse(body))
                using (var inner = JsonDocument.Parse(outer.RootElement.GetProperty("Message").GetString()!))
                    return inner.RootElement.GetProperty("content").GetString()!;
            case "postmark-raw":
                using (var json = JsonDocument.Parse(body))
                    return json.RootElement.GetProperty("RawEmail").GetString()!;
            case "mailgun-mime":
                return System.Web.HttpUtility.ParseQueryString(body)["body-mime"]!;
            default:
                var from = body.IndexOf("name=\"email\"\r\n\r\n", StringComparison.Ordinal) + 16;
                return body[from..body.LastIndexOf("\r\n------", StringComparison.Ordinal)];
        }
    }

    private static string Mail(string filler, int length = 700_000)
    {
        var mail = new StringBuilder("From: a@example.com\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n");
        for (var line = 0; mail.Length < length; line++)
        {
            mail.Append(CultureInfo.InvariantCulture, $"{line} ");
            for (var column = 0; column < 70; column += filler.Length)
                mail.Append(filler);
            mail.Append("\r\n");
        }
        return mail.ToString();
    }

    private static WebhookContent Compose(string format, string mail) => Compose(format, Encoding.UTF8.GetBytes(mail));

    private static WebhookContent Compose(string format, byte[] mail) => Compose(format, new ChunkedContent(mail, 60_001));

    private static WebhookContent Compose(string format, MailContent source)
    {
        var options = Options with { OtherAttachments = LargeAttachments.Inline };
        return WebhookFormats.Find(format)!.Compose(
            new WebhookMail(Attempt(content: source), options, new Uri(options.Url), Services(new RecordingHandler()), Now));
    }

    private static JsonDocument Parse(WebhookContent content) => JsonDocument.Parse(ReadAll(content.Body));

    private static byte[] ReadAll(MailContent body)
    {
        var octets = new byte[body.Length];
        var offset = 0;
        for (int count; (count = body.Read(offset, octets.AsSpan(offset))) > 0;)
            offset += count;
        return octets;
    }
}
