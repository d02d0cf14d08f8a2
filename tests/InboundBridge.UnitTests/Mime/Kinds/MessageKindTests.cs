using System.Text;
using InboundBridge.Mime;

namespace InboundBridge.UnitTests.Mime.Kinds;

public class MessageKindTests
{
    [Theory]
    [InlineData("Auto-Submitted: auto-replied (vacation)", "auto_reply")]
    [InlineData("Auto-Submitted: auto-notified; owner-email=a@example.com", "auto_reply")]
    [InlineData("Auto-Submitted: auto-generated", "")]
    [InlineData("Auto-Submitted: no\r\nX-Autoreply: yes", "")]
    [InlineData("X-Autorespond: out of office", "auto_reply")]
    [InlineData("Precedence: AUTO_REPLY", "auto_reply")]
    [InlineData("In-Reply-To: <a@b>\r\nX-Auto-Response-Suppress: All\r\nSubject: Automatic reply: plan", "auto_reply")]
    [InlineData("X-Auto-Response-Suppress: OOF, AutoReply\r\nSubject: plan", "")]
    [InlineData("List-Unsubscribe: <mailto:x@example.com>", "list")]
    [InlineData("Precedence: list", "list")]
    [InlineData("Precedence: bulk", "")]
    [InlineData("X-Failed-Recipients: a@example.com", "bounce")]
    [InlineData("From: MAILER-DAEMON@example.com\r\nSubject: failure notice", "bounce")]
    [InlineData("From: Mail Delivery Subsystem <mailer-daemon@example.com>\r\nSubject: Welcome", "")]
    [InlineData("From: a@example.com\r\nSubject: Re: failure notice (mailer-daemon)", "")]
    [InlineData("Content-Type: text/calendar; method=REPLY", "calendar")]
    [InlineData("Content-Type: application/pkcs7-mime; smime-type=signed-data", "signed")]
    [InlineData("Content-Type: application/x-pkcs7-mime; name=smime.p7m", "encrypted")]
    [InlineData("Subject: nothing of that sort", "")]
    public void The_header_decides(string header, string kinds)
    {
        var mail = MimeMessage.Open(MimeSource.FromMemory(Encoding.ASCII.GetBytes(header + "\r\n\r\nx\r\n")));
        Assert.Equal(kinds, string.Join(' ', mail.Kind));
    }

    [Fact]
    public void A_subject_is_read_without_reading_the_body()
    {
        var octets =
            Encoding.ASCII.GetBytes("Subject: s\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + new string('x', 1_000_000));
        using var source = new Reading.SlowSource(octets, 8192, 8192);
        Assert.Equal("s", MimeMessage.Open(source).Subject);
        Assert.True(source.OctetsRead <= 8192);
    }
}
