using System.Text;
using InboundBridge.Commands.Sending;
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
        "From: <al@sender.example>\r\nTo: <a@example.com>,\r\n <b@example.com>\r\nSubject: Hello\r\nDate: Fri, 02 Jan 2026 03:04:05 -0500\r\n"
        + "Message-ID: <u1@sender.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\nOne\r\nTwo\r\n",
        Encoding.ASCII.GetString(Plain.ToBytes()));

    [Fact]
    public void Other_alphabets_and_attachments_come_back_as_they_were()
    {
        var subject = string.Concat(Enumerable.Repeat("Überraschung 🎉 ", 10)).Trim();
        var octets =
            (Plain with { Subject = subject, Text = "Grüße\n日本語", Attachments = [("naïve.pdf", [1, 2, 3]), ("b.txt", new byte[500])] })
                .ToBytes();
        Assert.True(Ascii.IsValid(octets));
        Assert.All(Encoding.ASCII.GetString(octets).Split("\r\n"), line => Assert.InRange(line.Length, 0, 200));
        var mail = MimeMessage.Open(MimeSource.FromMemory(octets));
        Assert.Equal(subject, mail.Subject);
        Assert.Equal("Grüße\n日本語", mail.Text!.ReplaceLineEndings("\n").TrimEnd());
        Assert.Equal(["naïve.pdf", "b.txt"], mail.Attachments.Select(attachment => attachment.FileName));
        Assert.Equal([3, 500], mail.Attachments.Select(attachment => attachment.Size));
    }

    [Fact]
    public void Bare_line_feeds_of_a_file_become_line_ends() =>
        Assert.Equal("a\r\nb\r\n\r\nc\rd\r\n", Encoding.ASCII.GetString(CrlfText.Of("a\nb\r\n\nc\rd\n"u8)));
}
