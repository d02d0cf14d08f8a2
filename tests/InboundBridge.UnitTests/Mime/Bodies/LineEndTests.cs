using System.Text;
using InboundBridge.Mime;
using InboundBridge.Mime.Bodies;

namespace InboundBridge.UnitTests.Mime.Bodies;

public class LineEndTests
{
    [Theory]
    [InlineData("")]
    [InlineData("one line")]
    [InlineData("a\r\nb\r\n")]
    [InlineData("a\rb\r")]
    [InlineData("\r\r\n\n\r\n\r")]
    [InlineData("a\nb\r\n\r\n\r\nc")]
    public void Octets_and_text_are_normalized_alike(string text)
    {
        var octets = Encoding.ASCII.GetBytes(text);
        var expected = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        Assert.Equal(expected, Encoding.ASCII.GetString(octets.AsSpan(0, LineEnds.Normalize(octets))));
        Assert.Equal(expected, LineEnds.Normalize(text));
    }

    /// <summary>The character 不 is 4E 0D in UTF-16: its second octet is not a line end.</summary>
    [Fact]
    public void Utf16_keeps_characters_with_an_octet_like_cr()
    {
        byte[] mail = [.. "Content-Type: text/plain; charset=utf-16be\r\n\r\n"u8, .. Encoding.BigEndianUnicode.GetBytes("不A\r\nB")];
        Assert.Equal("不A\nB", MimeMessage.Open(MimeSource.FromMemory(mail)).Text);
    }

    [Fact]
    public void A_form_feed_is_not_a_line_end()
    {
        var mail = MimeMessage.Open(MimeSource.FromMemory("Subject: x\r\n\r\na\fb\r\nc\r\n"u8.ToArray()));
        Assert.Equal("a\fb\nc\n", mail.Text);
    }
}
