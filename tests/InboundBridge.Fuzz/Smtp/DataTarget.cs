using System.Text;
using InboundBridge.Smtp.Wire;

namespace InboundBridge.Fuzz.Smtp;

/// <summary>The DATA decoder, in pieces that the input chooses, against a simple implementation of RFC 5321 §4.5.2.</summary>
internal sealed class DataTarget : IFuzzTarget
{
    public string Name => "smtp/data";

    public IReadOnlyList<string> Words => ["\r\n.\r\n", "\r\n..", "\n.\n", "\r.\r", "\r\n.", "\r\r\n", "\r\n"];

    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < 2)
            return;
        var (pieces, room) = (1 + input[0] % 32, 1 + input[1] % 32);
        var wire = input[2..];
        var end = EndOfData(wire);
        var decoder = new DataDecoder();
        var message = new List<byte>();
        var destination = new byte[room];
        var consumed = 0;
        while (consumed < wire.Length && !decoder.Ended)
        {
            decoder.Decode(wire.Slice(consumed, Math.Min(pieces, wire.Length - consumed)), destination, out var taken, out var written);
            FuzzFailureException.Unless(taken + written > 0, "no progress");
            consumed += taken;
            message.AddRange(destination.AsSpan(0, written));
        }
        FuzzFailureException.Unless(decoder.Ended == end is not null, "the end of the data is not where RFC 5321 puts it");
        if (end is not { } length)
            return;
        FuzzFailureException.Unless(consumed == length, "octets behind the end were taken, or some in front of it left");
        var text = Encoding.Latin1.GetString(message.ToArray());
        var withoutLines = text.Replace("\r\n", "", StringComparison.Ordinal);
        FuzzFailureException.Unless(!withoutLines.AsSpan().ContainsAny('\r', '\n'), "a bare newline came through");
        var clean = Encoding.Latin1.GetString(wire[..length]).Replace("\r\n", "", StringComparison.Ordinal);
        FuzzFailureException.Unless(
            decoder.SawBareNewline == clean.AsSpan().ContainsAny('\r', '\n'), "bare newlines were not seen, or seen where none are");
    }

    /// <summary>The end of the first line that is only a dot; only CRLF ends a line.</summary>
    private static int? EndOfData(ReadOnlySpan<byte> wire)
    {
        if (wire.StartsWith(".\r\n"u8))
            return 3;
        var at = wire.IndexOf("\r\n.\r\n"u8);
        return at < 0 ? null : at + 5;
    }
}
