using System.Text;
using InboundBridge.Smtp.Wire;

namespace InboundBridge.UnitTests.Smtp.Wire;

/// <summary>The decoder against a simple implementation of RFC 5321 §4.5.2, for pieces of any size.</summary>
public class DataDecoderTests
{
    [Theory]
    [InlineData(".\r\n", "", false)]
    [InlineData("\r\n.\r\n", "\r\n", false)]
    [InlineData("a\r\n.\r\nrest", "a\r\n", false)]
    [InlineData("..\r\n.\r\n", ".\r\n", false)]
    [InlineData(".\r.\r\n.\r\n", "\r\n.\r\n", true)]
    [InlineData("a\n.\r\n.\r\n", "a\r\n.\r\n", true)]
    [InlineData("a\r.\r\n\r\n.\r\n", "a\r\n.\r\n\r\n", true)]
    [InlineData("\r\r\n.\r\n", "\r\n\r\n", true)]
    [InlineData(".\n\r\n.\r\n", "\r\n\r\n", true)]
    public void Known_cases(string wire, string message, bool bare)
    {
        var decoder = new DataDecoder();
        Assert.Equal(message, Run(decoder, Encoding.Latin1.GetBytes(wire), 1000, 1000, out _));
        Assert.True(decoder.Ended);
        Assert.Equal(bare, decoder.SawBareNewline);
    }

    [Fact]
    public void Octets_after_the_end_are_not_consumed()
    {
        var wire = "a\r\n.\r\nMAIL"u8.ToArray();
        Run(new DataDecoder(), wire, 1000, 1000, out var consumed);
        Assert.Equal(wire.Length - 4, consumed);
    }

    [Fact]
    public void Random_octets_decode_the_same_in_pieces_of_any_size()
    {
        var random = new Random(20260102);
        var alphabet = "\r\n..ab\r\n"u8.ToArray();
        for (var round = 0; round < 20_000; round++)
        {
            var wire = new byte[random.Next(1, 60)];
            for (var i = 0; i < wire.Length; i++)
                wire[i] = alphabet[random.Next(alphabet.Length)];
            var (message, consumed, bare, ended) = Reference(wire);
            var decoder = new DataDecoder();
            var decoded = Run(decoder, wire, random.Next(1, 8), random.Next(1, 8), out var taken);
            Assert.Equal((ended, bare), (decoder.Ended, decoder.SawBareNewline));
            if (!ended)
                continue;
            Assert.Equal(message, decoded);
            Assert.Equal(consumed, taken);
        }
    }

    /// <summary>
    /// Long pieces are scanned with vectors, so line ends and dots must be found at every place of a vector and across two.
    /// </summary>
    [Fact]
    public void Random_lines_decode_the_same_in_long_pieces()
    {
        var random = new Random(20260103);
        var alphabet = "\r\n..ab\r\n"u8.ToArray();
        for (var round = 0; round < 5_000; round++)
        {
            var wire = new byte[random.Next(1, 400)];
            wire.AsSpan().Fill((byte)'x');
            for (var marks = random.Next(12); marks > 0; marks--)
            {
                var at = random.Next(wire.Length);
                var line = random.Next(3) == 0 ? "\r\n.\r\n"u8 : "\r\n"u8;
                if (random.Next(4) == 0 || at + line.Length > wire.Length)
                    wire[at] = alphabet[random.Next(alphabet.Length)];
                else
                    line.CopyTo(wire.AsSpan(at));
            }
            var (message, consumed, bare, ended) = Reference(wire);
            foreach (var (source, destination) in new[] { (1000, 1000), (random.Next(30, 100), 1000), (1000, random.Next(30, 100)) })
            {
                var decoder = new DataDecoder();
                var decoded = Run(decoder, wire, source, destination, out var taken);
                Assert.Equal((ended, bare), (decoder.Ended, decoder.SawBareNewline));
                if (ended)
                    Assert.Equal((message, consumed), (decoded, taken));
            }
        }
    }

    private static string Run(DataDecoder decoder, byte[] wire, int sourceSize, int destinationSize, out int consumed)
    {
        var decoded = new StringBuilder();
        var destination = new byte[destinationSize];
        consumed = 0;
        while (consumed < wire.Length && !decoder.Ended)
        {
            var piece = wire.AsSpan(consumed, Math.Min(sourceSize, wire.Length - consumed));
            decoder.Decode(piece, destination, out var taken, out var written);
            Assert.True(taken > 0 || written > 0, "no progress");
            consumed += taken;
            decoded.Append(Encoding.Latin1.GetString(destination, 0, written));
        }
        return decoded.ToString();
    }

    /// <summary>A simple decoder: only CRLF ends a line, a line with only a dot ends the data, and one leading dot is removed.</summary>
    private static (string Message, int Consumed, bool Bare, bool Ended) Reference(byte[] wire)
    {
        var text = Encoding.Latin1.GetString(wire);
        var message = new StringBuilder();
        var bare = false;
        var start = 0;
        while (text.IndexOf("\r\n", start, StringComparison.Ordinal) is >= 0 and var end)
        {
            var line = text[start..end];
            start = end + 2;
            if (line == ".")
                return (message.ToString(), start, bare, true);
            bare |= line.AsSpan().ContainsAny('\r', '\n');
            message.Append(Normalize(line.StartsWith('.') ? line[1..] : line)).Append("\r\n");
        }
        var rest = text[start..];
        bare |= rest.TrimEnd('\r').AsSpan().ContainsAny('\r', '\n') || rest.EndsWith("\r\r", StringComparison.Ordinal);
        return (message.ToString(), 0, bare, false);
    }

    private static string Normalize(string line) =>
        line.Replace("\r", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal);
}
