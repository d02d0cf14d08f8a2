using System.Text;
using InboundBridge.Mime;
using InboundBridge.Mime.Bodies;
using InboundBridge.UnitTests.Mime.Reading;

namespace InboundBridge.UnitTests.Mime.Bodies;

public class Utf8TextTests
{
    private const string Quoted = "Yes, that is fine.\r\n\r\nOn Fri, 2 Jan 2026 at 3:04, Bo <bo@example.com> wrote:\r\n> Is it?\r\n";

    [Theory]
    [InlineData("", "a\r\nb\rc\n\td\n")]
    [InlineData("", Quoted)]
    [InlineData("", "")]
    [InlineData("; charset=us-ascii", Quoted)]
    [InlineData("; charset=utf-8", "Grüße aus 不 \U0001F600\r\n\r\nAm 2.1.2026 um 3:04 schrieb Bo <bo@example.com>:\r\n> wirklich?\r\n")]
    [InlineData("; charset=utf-8", "\uFEFFwith a mark\r\n")]
    [InlineData("; charset=utf-8", "above\r\n> quoted\r\nbetween é\r\n> quoted\r\nbelow\r\n-- \r\nBo\r\n")]
    public void Text_that_is_already_UTF_8_stays_octets(string parameter, string text) =>
        Assert.True(Utf8Reading.IsTheSame(Mail($"text/plain{parameter}", text), MimeLimits.Default));

    [Theory]
    [InlineData("text/html", "<p>a</p>")]
    [InlineData("text/plain; charset=iso-8859-1", "a")]
    [InlineData("text/plain; format=flowed", "a \r\nb")]
    [InlineData("text/plain", "\u001b$BF|K\\\u001b(B")]
    [InlineData("text/plain", "undeclared é")]
    [InlineData("text/plain; charset=utf-8", "longer than the cap, which is forty characters here")]
    [InlineData("application/octet-stream", "a")]
    public void Text_that_has_to_be_made_is_a_string(string type, string text) =>
        Assert.Null(Utf8Reading.IsTheSame(Mail(type, text), MimeLimits.Default with { TextCharacters = 40 }));

    [Theory]
    [InlineData("plain", true)]
    [InlineData(" \u00a0\r\n", null)]
    public void A_blank_plain_text_beside_HTML_is_not_used(string plain, bool? expected)
    {
        var mail = Mail(
            "multipart/alternative; boundary=b",
            $"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{plain}\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>rich</p>\r\n--b--\r\n");
        Assert.Equal(expected, Utf8Reading.IsTheSame(mail, MimeLimits.Default));
    }

    [Theory]
    [InlineData("a line that fills the reply up to its limit, and goes on behind it\r\n")]
    [InlineData("eine Zeile, die größer ist als ihre Zeichen, €€€ 😀\r\n")]
    public void A_large_text_is_the_same(string line) =>
        Assert.True(
            Utf8Reading.IsTheSame(Mail("text/plain; charset=utf-8", string.Concat(Enumerable.Repeat(line, 20_000))), MimeLimits.Default));

    [Theory]
    [InlineData("text/plain", "plain", "text/html; charset=utf-8", "<p>Grüße</p>\r\n<br>\r", true)]
    [InlineData("text/plain", "plain", "text/html", "<p>a</p>", true)]
    [InlineData("text/plain", " ", "text/html", "<p>what is read</p>", false)]
    [InlineData("text/plain", "plain", "text/html; charset=iso-8859-1", "<p>a</p>", false)]
    [InlineData("text/plain", "plain", "text/html", "<p>undeclared é</p>", false)]
    [InlineData("text/plain", "plain", "text/calendar", "BEGIN:VCALENDAR", false)]
    public void HTML_that_is_already_UTF_8_stays_octets(string first, string plain, string second, string other, bool isOctets)
    {
        var mail =
            Mail("multipart/alternative; boundary=b",
                $"--b\r\nContent-Type: {first}\r\n\r\n{plain}\r\n--b\r\nContent-Type: {second}\r\n\r\n{other}\r\n--b--\r\n");
        var message = MimeMessage.Open(MimeSource.FromMemory(mail));
        Assert.NotNull(message.Text);
        using var html = message.OpenHtml();
        Assert.Equal(isOctets, html is not null);
        if (html is not null)
            Assert.Equal(message.Html, LineEnds.Normalize(Encoding.UTF8.GetString(html.Octets)));
    }

    [Fact]
    public void HTML_of_several_parts_is_a_string()
    {
        var mail =
            Mail("multipart/mixed; boundary=b",
                string.Concat(Enumerable.Repeat("--b\r\nContent-Type: text/html\r\n\r\n<p>a</p>\r\n", 2)) + "--b--\r\n");
        Assert.Null(MimeMessage.Open(MimeSource.FromMemory(mail)).OpenHtml());
    }

    [Fact]
    public void A_text_that_somebody_has_as_a_string_is_not_read_again()
    {
        var mail = MimeMessage.Open(MimeSource.FromMemory(Mail("text/plain", "a")));
        Assert.Equal("a", mail.Text);
        Assert.Null(mail.OpenText());
    }

    private static byte[] Mail(string type, string body) => Encoding.UTF8.GetBytes($"Content-Type: {type}\r\n\r\n{body}");
}
