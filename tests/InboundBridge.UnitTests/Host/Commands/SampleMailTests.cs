using System.Text;
using InboundBridge.Composing;
using InboundBridge.Mime;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.UnitTests.Host.Commands;

public class SampleMailTests
{
    private static readonly SampleMail Plain = new()
    {
        From = "al@sender.example",
        To = ["a@example.com", "b@example.com"],
        Subject = "Hello",
        Text = "One\nTwo",
        Date = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(-5)),
        Unique = "u1",
    };

    [Fact]
    public void A_plain_mail_is_plain() => Assert.Equal(
        "From: al@sender.example\r\nDate: Fri, 02 Jan 2026 03:04:05 -0500\r\nSubject: Hello\r\nMessage-Id: <u1@sender.example>\r\n"
        + "To: a@example.com, b@example.com\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nOne\r\nTwo\r\n",
        Encoding.ASCII.GetString(Plain.ToBytes()));

    [Fact]
    public void Other_alphabets_and_attachments_come_back_as_they_were()
    {
        var subject = string.Concat(Enumerable.Repeat("Überraschung 🎉 ", 10)).Trim();
        var octets =
            (Plain with
            {
                Subject = subject,
                Text = "Grüße\n日本語",
                Attachments = [("naïve.pdf", [1, 2, 3], null), ("b.txt", new byte[500], null)],
            })
                .ToBytes();
        Assert.True(Ascii.IsValid(octets));
        Assert.All(Encoding.ASCII.GetString(octets).Split("\r\n"), line => Assert.InRange(line.Length, 0, 200));
        var mail = MimeMessage.Open(MimeSource.FromMemory(octets));
        Assert.Equal(subject, mail.Subject);
        Assert.Equal("Grüße\n日本語", mail.Text!.ReplaceLineEndings("\n").TrimEnd());
        Assert.Equal(["naïve.pdf", "b.txt"], mail.Attachments.Select(attachment => attachment.FileName));
        Assert.Equal([3, 500], mail.Attachments.Select(attachment => attachment.Size));
    }

    [Theory]
    [InlineData("notes.txt", "text/plain")]
    [InlineData("inner.eml", "application/octet-stream")]
    [InlineData("page.html", "text/html")]
    [InlineData("unknown", "application/octet-stream")]
    public void An_attachment_arrives_octet_for_octet(string name, string type)
    {
        byte[] content = [.. "one\ntwo\r\nthree\rfour "u8, 0, 255, (byte)'\n'];
        var mail = MimeKit.MimeMessage.Load(new MemoryStream((Plain with { Attachments = [(name, content, null)] }).ToBytes()));
        var part = Assert.IsType<MimeKit.MimePart>(Assert.Single(mail.Attachments), exactMatch: false);
        Assert.Equal((name, type), (part.FileName, part.ContentType.MimeType));
        using var octets = new MemoryStream();
        part.Content!.DecodeTo(octets, TestContext.Current.CancellationToken);
        Assert.Equal(content, octets.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("postmaster")]
    [InlineData("a@[127.0.0.1]")]
    [InlineData("a@[IPv6:2001:db8::1]")]
    [InlineData("\"a b\"@sender.example")]
    [InlineData("jörg@bücher.example")]
    [InlineData("a..b.@sender.example")]
    [InlineData("a b@sender.example")]
    [InlineData("a@b@sender.example")]
    [InlineData("a@-.example..")]
    public void Each_sender_that_can_be_named_is_written(string sender)
    {
        var mail = MimeMessage.Open(MimeSource.FromMemory((Plain with { From = sender }).ToBytes()));
        Assert.Contains(sender, mail.Headers.Single(field => field.Name == "From").Value, StringComparison.Ordinal);
        Assert.Equal("Hello", mail.Subject);
    }

    [Fact]
    public void A_field_takes_the_place_of_the_one_that_would_be_written()
    {
        var odd = Plain with { Fields = [("subject", "Grüße"), ("X-Priority", "1"), ("X-Priority", "2")] };
        var mail = MimeKit.MimeMessage.Load(new MemoryStream(odd.ToBytes()));
        Assert.Equal("Grüße", mail.Subject);
        Assert.Equal(["1", "2"], mail.Headers.Where(header => header.Field == "X-Priority").Select(header => header.Value));
        Assert.Single(mail.Headers, header => header.Id == MimeKit.HeaderId.Subject);
    }

    [Fact]
    public void Addresses_outside_of_ascii_stay_as_they_are() =>
        Assert.Contains(
            "To: jörg@example.com\r\n", Encoding.UTF8.GetString((Plain with { To = ["jörg@example.com"] }).ToBytes()),
            StringComparison.Ordinal);

    [Fact]
    public void A_field_in_front_of_a_file_is_ascii() =>
        Assert.Equal("X-Note: =?utf-8?b?R3LDvMOfZQ==?=\r\n",
            Encoding.ASCII.GetString(CrlfText.Of(SampleMail.FieldOctets("X-Note", "Grüße"))));

    [Fact]
    public void Bare_line_feeds_of_a_file_become_line_ends() =>
        Assert.Equal("a\r\nb\r\n\r\nc\rd\r\n", Encoding.ASCII.GetString(CrlfText.Of("a\nb\r\n\nc\rd\n"u8)));
}
