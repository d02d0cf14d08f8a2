using System.Buffers;
using System.Text;
using InboundBridge.Mime.Charsets;
using InboundBridge.Mime.Encodings;
using InboundBridge.Mime.Reading;
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
        foreach (var content in Pieces(part))
        {
            int read;
            while (count <= mostOctets && (read = content.Read(buffer.AsSpan(count))) > 0)
                count += read;
            content.Dispose();
        }
        if (count > mostOctets)
        {
            problems.Add("a text is longer than the cap and was cut");
            count = mostOctets;
        }
        var charset = part.ContentType.Parameter("charset");
        // Nearly all mail: done on the octets, the text is made once instead of twice. In UTF-16 and EBCDIC a 13 is not always a CR.
        if (CharsetNames.IsAsciiOrUtf8(charset) && Ascii.IsValid(buffer.AsSpan(0, count)))
            count = LineEnds.Normalize(buffer.AsSpan(0, count));
        var text = CharsetText.Decode(buffer.AsSpan(0, count), charset, problems);
        ArrayPool<byte>.Shared.Return(buffer);
        text = LineEnds.Normalize(text);
        if (part.ContentType.Subtype == "plain" && string.Equals(part.ContentType.Parameter("format"), "flowed", StringComparison.OrdinalIgnoreCase))
            text = FlowedText.Unwrap(text, string.Equals(part.ContentType.Parameter("delsp"), "yes", StringComparison.OrdinalIgnoreCase));
        return text.Length <= mostCharacters ? text : text[..mostCharacters];
    }

    /// <summary>The text around the files that stand uuencoded in it.</summary>
    private static IEnumerable<Stream> Pieces(MimePart part)
    {
        if (part.UuBlocks.Count == 0)
        {
            yield return part.OpenContent();
            yield break;
        }
        var start = part.BodyOffset;
        foreach (var block in part.UuBlocks)
        {
            yield return new PartStream(part.Source, start, block.Start, new IdentityDecoder());
            start = block.End;
        }
        yield return new PartStream(part.Source, start, part.BodyEnd, new IdentityDecoder());
    }
}
