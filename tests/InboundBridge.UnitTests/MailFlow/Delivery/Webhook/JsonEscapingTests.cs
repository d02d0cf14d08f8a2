using System.Buffers;
using System.Text;
using System.Text.Json;
using InboundBridge.MailFlow.Delivery.Webhook.Formats;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook;

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
    public void Octets_with_much_to_escape_come_back_where_pieces_end()
    {
        for (var length = 2040; length < 2056; length++)
        {
            var text = new string('x', length) + new string('\u0001', 3000) + "é\n";
            Assert.Equal(text, Read(Encoding.UTF8.GetBytes(text)));
        }
    }

    [Fact]
    public void A_pair_of_surrogates_is_not_torn_where_a_piece_ends()
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

    private static string? Read(string text) => Read(output => JsonEscaping.Write(output, text));

    private static string? Read(byte[] utf8) => Read(output => JsonEscaping.Write(output, utf8.AsSpan()));

    private static string? Read(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write("\""u8);
        write(output);
        output.Write("\""u8);
        // Not JSON at all if a control character is left bare.
        return JsonSerializer.Deserialize<string>(Encoding.UTF8.GetString(output.WrittenSpan));
    }
}
