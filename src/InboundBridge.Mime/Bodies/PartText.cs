using System.Buffers;
using InboundBridge.Mime.Charsets;
using InboundBridge.Mime.Structure;

namespace InboundBridge.Mime.Bodies;

/// <summary>The text of one part: decoded, in its charset, with LF line ends, cut at the cap.</summary>
internal static class PartText
{
    public static string Read(MimePart part, int mostCharacters, ProblemList problems)
    {
        // No charset needs more than four octets a character, but hardly any text needs more than two.
        var mostOctets = (int)Math.Min(part.BodyEnd - part.BodyOffset, mostCharacters * 2L);
        var buffer = ArrayPool<byte>.Shared.Rent(mostOctets + 1024);
        var count = 0;
        using (var content = part.OpenContent())
        {
            int read;
            while (count <= mostOctets && (read = content.Read(buffer.AsSpan(count))) > 0)
                count += read;
        }
        if (count > mostOctets)
        {
            problems.Add("a text is longer than the cap and was cut");
            count = mostOctets;
        }
        var text = CharsetText.Decode(buffer.AsSpan(0, count), part.ContentType.Parameter("charset"), problems);
        ArrayPool<byte>.Shared.Return(buffer);
        text = LineEnds.Normalize(text);
        return text.Length <= mostCharacters ? text : text[..mostCharacters];
    }
}
