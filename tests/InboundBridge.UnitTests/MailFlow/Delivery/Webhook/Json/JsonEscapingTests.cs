using System.Text;
using System.Text.Json;
using InboundBridge.MailFlow.Delivery;
using InboundBridge.MailFlow.Delivery.Webhook.Json;
using InboundBridge.Mime.Bodies;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Json;

public class JsonEscapingTests
{
    [Theory]
    [InlineData("")]
    [InlineData("La de da\r\nde\tda \"quoted\" back\\slash\b\f")]
    [InlineData("\0\u0001\u001f\u007f\u0080\u2028\uFFFE")]
    [InlineData("Grüße, 不, 😀😀 and </script>")]
    public void Text_comes_back_as_it_was(string text)
    {
        Assert.Equal(text, Read(text));
        Assert.Equal(text, Read(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Octets_that_need_much_escaping_survive_the_ends_of_pieces()
    {
        for (var length = 2040; length < 2056; length++)
        {
            var text = new string('x', length) + new string('\u0001', 3000) + "é\n";
            Assert.Equal(text, Read(Encoding.UTF8.GetBytes(text)));
        }
    }

    [Fact]
    public void A_surrogate_pair_at_the_end_of_a_piece_stays_together()
    {
        var text = "x" + string.Concat(Enumerable.Repeat("😀", 20_000));
        Assert.Equal(text, Read(text));
    }

    [Fact]
    public void A_lone_surrogate_is_replaced()
    {
        Assert.Equal("a\uFFFD", Read("a" + '\uD83D'));
        Assert.Equal("\uFFFDb", Read('\uDE00' + "b"));
        Assert.Equal("\uFFFD\nx", Read('\uD83D' + "\nx"));
    }

    [Fact]
    public void Each_octet_is_escaped_wherever_it_stands()
    {
        for (var length = 0; length < 100; length++)
        {
            for (var code = 0; code < 0x80; code += length == 40 ? 1 : 13)
            {
                var text = $"{new string('x', length)}{(char)code}{new string('y', 99 - length)}";
                Assert.Equal(text, Read(text));
                Assert.Equal(text, Read(Encoding.UTF8.GetBytes(text)));
            }
        }
    }

    [Theory]
    [InlineData("a\r\nb\nc\rd\r\r\n\n\r")]
    [InlineData("\r\n\r\n")]
    [InlineData("\r")]
    public void Line_ends_become_line_feeds(string text)
    {
        for (var length = 0; length < 70; length++)
            Assert.Equal(LineEnds.Normalize(new string('x', length) + text + text),
                Read(Encoding.UTF8.GetBytes(new string('x', length) + text + text), unifiesLineEnds: true));
    }

    [Fact]
    public void Line_ends_become_line_feeds_at_the_end_of_a_piece_too()
    {
        for (var length = 4080; length < 4130; length++)
        {
            var text = new string('x', length) + "\r\n" + new string('"', 5000) + "\r\n";
            Assert.Equal(LineEnds.Normalize(text), Read(Encoding.UTF8.GetBytes(text), unifiesLineEnds: true));
        }
    }

    private static string? Read(string text) => Read(output => JsonEscaping.Write(output, text));

    private static string? Read(byte[] utf8, bool unifiesLineEnds = false) =>
        Read(output => JsonEscaping.Write(output, utf8, unifiesLineEnds));

    private static string? Read(Action<BodyBuffer> write)
    {
        using var output = new BodyBuffer(Path.GetTempPath());
        output.GetSpan(1)[0] = (byte)'"';
        output.Advance(1);
        write(output);
        output.GetSpan(1)[0] = (byte)'"';
        output.Advance(1);
        Assert.True(output.TryGetMemory(out var octets));
        // A bare control character would make it invalid JSON.
        return JsonSerializer.Deserialize<string>(octets.Span);
    }
}
