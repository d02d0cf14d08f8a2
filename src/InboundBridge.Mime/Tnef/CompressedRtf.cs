using System.Buffers.Binary;
using System.Text;
using InboundBridge.Mime.Reading;

namespace InboundBridge.Mime.Tnef;

/// <summary>
/// PR_RTF_COMPRESSED (MS-OXRTFCP): LZ77 over a ring of 4096 octets that starts with a fixed text. It is decompressed while it is read.
/// </summary>
internal sealed class CompressedRtf : ForwardStream
{
    private const int Ring = 4096;
    private const int HeaderLength = 16;
    private const int LargestRtf = 16 * 1024 * 1024;
    private const uint Compressed = 0x75465A4C;
    private const uint Uncompressed = 0x414C454D;

    /// <summary>Most octets that one reference stands for.</summary>
    private const int LongestRun = 17;

    private static readonly byte[] Preset = Encoding.ASCII.GetBytes(
        "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
        + "MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx");

    private readonly Stream _octets;
    private readonly byte[] _ring = new byte[Ring];
    private readonly byte[] _input = new byte[Ring];
    private int _inputNext;
    private int _inputEnd;
    private int _write = Preset.Length;
    private int _left;
    private int _control;
    private int _bits;

    private CompressedRtf(Stream octets, int size)
    {
        _octets = octets;
        _left = size;
        Preset.CopyTo(_ring, 0);
    }

    /// <summary>Null where the octets are not in this format, or too many.</summary>
    /// <param name="octets">Owned by the returned stream.</param>
    public static Stream? Open(Stream octets, ProblemList problems)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        if (octets.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength)
            return null;
        var size = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        if (size is < 0 or > LargestRtf)
        {
            problems.Add($"the RTF in winmail.dat says that it is larger than {LargestRtf / (1024 * 1024)} MB and was not read");
            return null;
        }
        return BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) switch
        {
            Uncompressed => new StretchStream(octets, 0, size),
            Compressed => new CompressedRtf(octets, size),
            _ => null,
        };
    }

    public override int Read(Span<byte> buffer)
    {
        var written = 0;
        while (_left > 0 && buffer.Length - written >= LongestRun)
        {
            if (!TryStep(buffer, ref written))
                _left = 0;
        }
        return written;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _octets.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Decodes one literal or one reference; false at the end.</summary>
    private bool TryStep(Span<byte> buffer, ref int written)
    {
        if (_bits == 0)
        {
            if ((_control = Next()) < 0)
                return false;
            _bits = 8;
        }
        _bits--;
        var isReference = (_control & 1) != 0;
        _control >>= 1;
        var first = Next();
        if (first < 0)
            return false;
        if (!isReference)
        {
            Put((byte)first, buffer, ref written);
            return true;
        }
        var second = Next();
        if (second < 0)
            return false;
        var read = (first << 4) | (second >> 4);
        if (read == _write)
            return false;
        for (var count = (second & 15) + 2; count > 0; count--)
        {
            Put(_ring[read], buffer, ref written);
            read = (read + 1) % Ring;
        }
        return true;
    }

    private void Put(byte octet, Span<byte> buffer, ref int written)
    {
        if (_left > 0)
            buffer[written++] = octet;
        _left--;
        _ring[_write] = octet;
        _write = (_write + 1) % Ring;
    }

    private int Next()
    {
        if (_inputNext == _inputEnd)
            (_inputNext, _inputEnd) = (0, _octets.Read(_input, 0, _input.Length));
        return _inputEnd == 0 ? -1 : _input[_inputNext++];
    }
}
