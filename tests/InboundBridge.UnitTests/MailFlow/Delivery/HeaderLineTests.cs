using System.Text;
using InboundBridge.MailFlow.Delivery;
using InboundBridge.Mime;

namespace InboundBridge.UnitTests.MailFlow.Delivery;

public class HeaderLineTests
{
    [Theory]
    [InlineData("X-Tag", "support", "X-Tag: support\r\n")]
    [InlineData("X-Tag", "", "X-Tag:\r\n")]
    [InlineData("X-Tag", "a  b\tc", "X-Tag: a b c\r\n")]
    [InlineData("X-Tag", "a\r\nBcc: x@example.net", "X-Tag: a Bcc: x@example.net\r\n")]
    [InlineData("X-Tag", "a\nb\rc\0d\u0085e", "X-Tag: a b c d e\r\n")]
    [InlineData("X Tag:\r\nBcc", "a", "XTagBcc: a\r\n")]
    [InlineData("\u00fc:", "a", "")]
    [InlineData("Subject", "Gr\u00fc\u00dfe an alle", "Subject: =?utf-8?B?R3LDvMOfZQ==?= an alle\r\n")]
    [InlineData("From", "J\u00f6rg <joerg@example.net>", "From: =?utf-8?B?SsO2cmc=?= <joerg@example.net>\r\n")]
    public void A_value_can_not_add_another_field(string name, string value, string line) =>
        Assert.Equal(line, HeaderLine.Format(name, value));

    [Fact]
    public void Long_values_are_folded_at_white_space()
    {
        var line = HeaderLine.Format("X-Long", string.Join(' ', Enumerable.Repeat("word", 100)));
        Assert.All(line.Split("\r\n"), part => Assert.True(part.Length <= 78, part));
        Assert.Equal("X-Long: " + string.Join(' ', Enumerable.Repeat("word", 100)) + "\r\n",
            line.Replace("\r\n ", " ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\u00e4\u00f6\u00fc \u00df \ud83d\ude00\ud83d\ude00")]
    [InlineData("plain \u00e4 plain \u00f6 \u00fc plain")]
    public void An_encoded_value_is_decoded_to_the_same_value(string value)
    {
        var text = string.Join(' ', Enumerable.Repeat(value, 20));
        var line = HeaderLine.Format("Subject", text);
        Assert.True(Ascii.IsValid(line));
        Assert.All(line.Split("\r\n"), part => Assert.True(part.Length <= 78, part));
        Assert.Equal(text, MimeMessage.Open(MimeSource.FromMemory(Encoding.ASCII.GetBytes(line + "\r\n"))).Subject);
    }

    [Fact]
    public void A_word_of_any_length_makes_no_line_that_is_too_long()
    {
        var word = new string('x', 5000);
        var line = HeaderLine.Format("Subject", word);
        Assert.All(line.Split("\r\n"), part => Assert.True(part.Length <= 998, part));
        Assert.Equal(word, MimeMessage.Open(MimeSource.FromMemory(Encoding.ASCII.GetBytes(line + "\r\n"))).Subject);
    }
}
