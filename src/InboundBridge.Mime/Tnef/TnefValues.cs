using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using InboundBridge.Mime.Charsets;

namespace InboundBridge.Mime.Tnef;

/// <summary>Reads values of a winmail.dat into memory, up to caps.</summary>
internal sealed class TnefValues(TnefInput input, TnefContent content, int mostCharacters, ProblemList problems)
{
    /// <summary>Most octets of a file's name, type or identifier.</summary>
    private const int LongestName = 4096;

    public int Number(int length)
    {
        Span<byte> octets = stackalloc byte[sizeof(int)];
        return length >= sizeof(int) && input.TryRead(octets) ? BinaryPrimitives.ReadInt32LittleEndian(octets) : 0;
    }

    /// <summary>Cut at the cap for names.</summary>
    public string Name(long length, bool isUtf16) => Text(length, isUtf16, LongestName);

    /// <summary>The mail's text or HTML.</summary>
    public string LongText(long length, bool isUtf16)
    {
        var most = isUtf16 ? mostCharacters * (long)sizeof(char) : mostCharacters;
        if (length > most)
            problems.Add("the text in winmail.dat is longer than the cap and was cut");
        return Text(length, isUtf16, most);
    }

    /// <summary>HTML as octets; it may declare its charset itself.</summary>
    public string LongOctets(long length)
    {
        if (length > mostCharacters)
            problems.Add("the text in winmail.dat is longer than the cap and was cut");
        return Read(length, mostCharacters, octets => CharsetText.Decode(octets, content.CharsetName, null));
    }

    private string Text(long length, bool isUtf16, long most) => Read(length, most, octets =>
        isUtf16 ? Encoding.Unicode.GetString(octets[..(octets.Length & ~1)]).TrimEnd('\0') : content.Decode(octets));

    private string Read(long length, long most, Func<ReadOnlySpan<byte>, string> decode)
    {
        var count = (int)Math.Clamp(Math.Min(length, most), 0, input.Left);
        // A forged length costs no memory, because the buffer grows with the octets that really come.
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(count, 64 * 1024));
        var used = 0;
        try
        {
            while (used < count)
            {
                if (used == buffer.Length)
                    Grow(ref buffer);
                var piece = buffer.AsSpan(used, Math.Min(buffer.Length, count) - used);
                var before = input.Left;
                var isWhole = input.TryRead(piece);
                used += (int)(before - input.Left);
                if (!isWhole)
                    break;
            }
            return decode(buffer.AsSpan(0, used));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Grow(ref byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
