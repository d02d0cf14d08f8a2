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

    private static string? Open(byte[] mail)
    {
        using var content = MailContent.FromMemory(mail);
        return OpenedMail.Of(content, ParsedMail.Open(content), Keys, SecureMails.Now) is { } octets
            ? Encoding.UTF8.GetString(octets) : null;
    }
}
