using InboundBridge.Mime.Encodings;

namespace InboundBridge.UnitTests.Mime.Encodings;

/// <summary>Drives a decoder with pieces of a given size.</summary>
internal static class DecoderRun
{
    public static byte[] All(TransferDecoder decoder, byte[] encoded, int piece)
    {
        using var result = new MemoryStream();
        var output = new byte[TransferDecoder.SmallestOutput];
        var position = 0;
        var quiet = 0;
        while (quiet < 2)
        {
            var count = Math.Min(piece, encoded.Length - position);
            decoder.Decode(encoded.AsSpan(position, count), output, position + count == encoded.Length, out var consumed, out var written);
            position += consumed;
            result.Write(output, 0, written);
            quiet = consumed == 0 && written == 0 ? quiet + 1 : 0;
        }
        return result.ToArray();
    }
}
