using System.Buffers.Binary;
using System.Text;

namespace InboundBridge.Mime.Tnef;

/// <summary>PR_RTF_COMPRESSED (MS-OXRTFCP): LZ77 over a ring of 4096 octets that begins with a fixed text.</summary>
internal static class CompressedRtf
{
    private const int Ring = 4096;
    private const int LargestRtf = 16 * 1024 * 1024;
    private const uint Compressed = 0x75465A4C;
    private const uint Uncompressed = 0x414C454D;

    private static readonly byte[] Preset = Encoding.ASCII.GetBytes(
        "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx");

    public static byte[]? Decompress(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < 16)
            return null;
        var rawSize = BinaryPrimitives.ReadInt32LittleEndian(octets[4..]);
        var kind = BinaryPrimitives.ReadUInt32LittleEndian(octets[8..]);
        var input = octets[16..];
        if (rawSize is < 0 or > LargestRtf)
            return null;
        if (kind == Uncompressed)
            return input[..Math.Min(rawSize, input.Length)].ToArray();
        return kind == Compressed ? Inflate(input, rawSize) : null;
    }

    private static byte[] Inflate(ReadOnlySpan<byte> input, int rawSize)
    {
        var ring = new byte[Ring];
        Preset.CopyTo(ring, 0);
        var write = Preset.Length;
        using var output = new MemoryStream(Math.Min(rawSize, 1024 * 1024));
        var position = 0;
        while (position < input.Length && output.Length < rawSize)
        {
            var control = input[position++];
            for (var bit = 0; bit < 8 && position < input.Length && output.Length < rawSize; bit++)
            {
                if ((control & (1 << bit)) == 0)
                {
                    Put(input[position++]);
                    continue;
                }
                if (position + 1 >= input.Length)
                    return output.ToArray();
                var token = (input[position] << 8) | input[position + 1];
                position += 2;
                var read = token >> 4;
                if (read == write)
                    return output.ToArray();
                for (var count = (token & 15) + 2; count > 0; count--)
                {
                    Put(ring[read]);
                    read = (read + 1) % Ring;
                }
            }
        }
        return output.ToArray();

        void Put(byte octet)
        {
            output.WriteByte(octet);
            ring[write] = octet;
            write = (write + 1) % Ring;
        }
    }
}
