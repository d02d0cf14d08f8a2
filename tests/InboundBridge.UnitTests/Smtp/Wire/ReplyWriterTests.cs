using System.Buffers;
using System.Text;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Wire;

namespace InboundBridge.UnitTests.Smtp.Wire;

public class ReplyWriterTests
{
    [Theory]
    [InlineData("OK", "250 2.0.0 OK\r\n")]
    [InlineData("", "250 2.0.0 \r\n")]
    [InlineData("a\nb\nc", "250-2.0.0 a\r\n250-2.0.0 b\r\n250 2.0.0 c\r\n")]
    [InlineData("a\r\nb", "250-2.0.0 a \r\n250 2.0.0 b\r\n")]
    [InlineData("\u0007bell \u00fcml\u00e4ut", "250 2.0.0  bell ?ml?ut\r\n")]
    public void Every_line_has_code_and_enhanced_code(string text, string octets) =>
        Assert.Equal(octets, Write(SmtpReply.Create(250, 0, 0, text)));

    [Fact]
    public void Without_enhanced_code() => Assert.Equal("354 go\r\n", Write(new SmtpReply(354, null, "go")));

    [Fact]
    public void Long_texts_are_split_into_lines_of_allowed_length()
    {
        var words = string.Join(' ', Enumerable.Repeat("word", 500));
        var lines = Write(SmtpReply.Create(554, 7, 1, words + new string('x', 2000))).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.True(line.Length <= 510));
        Assert.All(lines[..^1], line => Assert.StartsWith("554-5.7.1 ", line, StringComparison.Ordinal));
        Assert.StartsWith("554 5.7.1 ", lines[^1], StringComparison.Ordinal);
        Assert.Equal(words + new string('x', 2000), string.Concat(lines.Select(line => line[10..])));
    }

    private static string Write(SmtpReply reply)
    {
        var output = new ArrayBufferWriter<byte>();
        ReplyWriter.Write(output, reply);
        return Encoding.ASCII.GetString(output.WrittenSpan);
    }
}
