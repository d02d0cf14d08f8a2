using System.Text;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.SecureMail;
using InboundBridge.MailFlow.SecureMail.Smime;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.SecureMail;

/// <summary>What payloads show of a mail that is opened.</summary>
public sealed class OpenedMailTests
{
    private static readonly SecureMailKeys Keys = new() { Smime = SmimeKeys.Read(null, []) };

    [Fact]
    public void The_received_header_stands_over_the_inner_content()
    {
        const string inner = "Subject: forged\r\nContent-Type: text/html\r\nContent-Language: en\r\n\r\n<p>Hi</p>\r\n";
        var cms = SecureMails.Signature(inner, SecureMails.Al, isDetached: false);
        var opened = Open(SecureMails.Mail(SecureMails.Opaque(cms, "signed-data")));
        Assert.Equal(
            "From: Al <al@customer.com>\r\nTo: support@example.com\r\nSubject: Help\r\nMIME-Version: 1.0\r\n"
            + "Content-Type: text/html\r\nContent-Language: en\r\n\r\n<p>Hi</p>\r\n",
            opened);
    }

    [Fact]
    public void What_shows_itself_is_not_opened()
    {
        Assert.Null(Open(SecureMails.Mail(SecureMails.Entity)));
        Assert.Null(Open(SecureMails.Mail(SecureMails.Beside(SecureMails.Entity, [1, 2, 3]))));
        Assert.Null(Open(SecureMails.Mail(SecureMails.Opaque([1, 2, 3], "signed-data"))));
    }

    /// <summary>docs/signatures.md: receivers find the signature that stands beside the content, also in a mail that was opened.</summary>
    [Fact]
    public void A_detached_signature_is_listed_as_an_attachment()
    {
        var signed = SecureMails.Beside(SecureMails.Entity, SecureMails.Signature(SecureMails.Entity, SecureMails.Al, isDetached: true));
        var mail = SecureMails.Mail(signed);
        var wrapped = SecureMails.Mail(SecureMails.Opaque(SecureMails.Signature(signed, SecureMails.Al, isDetached: false), "signed-data"));
        foreach (var shown in new[] { mail, Encoding.UTF8.GetBytes(Open(wrapped)!) })
        {
            var read = ParsedMail.Open(MailContent.FromMemory(shown));
            var attachment = Assert.Single(read.Attachments);
            Assert.Equal(("smime.p7s", "application/pkcs7-signature"), (attachment.FileName, attachment.ContentType));
            Assert.Equal("It broke.", read.Text?.Trim());
        }
    }

    private static string? Open(byte[] mail)
    {
        using var content = MailContent.FromMemory(mail);
        return OpenedMail.Of(content, ParsedMail.Open(content), Keys, SecureMails.Now) is { } octets
            ? Encoding.UTF8.GetString(octets) : null;
    }
}
