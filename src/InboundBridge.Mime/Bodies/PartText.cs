using System.Buffers;
using System.Text;
using InboundBridge.Mime.Charsets;
using InboundBridge.Mime.Encodings;
using InboundBridge.Mime.Headers;
using InboundBridge.Mime.Reading;
using InboundBridge.Mime.Structure;
using InboundBridge.Text;

namespace InboundBridge.Mime.Bodies;

/// <summary>The text of one part: decoded, in its charset, with LF line ends, cut at the cap.</summary>
internal static class PartText
{
    /// <summary>The declaration must come within this many octets (HTML Standard, "determining the character encoding").</summary>
    private const int MetaReach = 1024;

    private static ReadOnlySpan<byte> MetaMark => "<meta"u8;

    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    public static string Read(MimePart part, int mostCharacters, ProblemList problems)
    {
        var (buffer, count) = Rent(part, MostOctets(part, mostCharacters));
        if (count > MostOctets(part, mostCharacters))
        {
            problems.Add("a text is longer than the cap and was cut");
            count = MostOctets(part, mostCharacters);
        }
        var charset = part.ContentType.Parameter("charset") ?? MetaCharset(part, buffer.AsSpan(0, count));
        // For nearly all mail the line ends are unified in the octets, so that the text is made once instead of twice. In UTF-16 and EBCDIC
        // 13 is not always CR.
        if (CharsetNames.IsAsciiOrUtf8(charset) && Ascii.IsValid(buffer.AsSpan(0, count)))
            count = LineEnds.Normalize(buffer.AsSpan(0, count));
        var text = CharsetText.Decode(buffer.AsSpan(0, count), charset, problems);
        ArrayPool<byte>.Shared.Return(buffer);
        text = LineEnds.Normalize(text);
        if (IsFlowed(part))
            text = FlowedText.Unwrap(text, string.Equals(part.ContentType.Parameter("delsp"), "yes", StringComparison.OrdinalIgnoreCase));
        return CutText.At(text, mostCharacters);
    }

    /// <summary>
    /// The same text as UTF-8, where its octets are already UTF-8 and within the cap; null otherwise. Its line ends are those of the mail.
    /// </summary>
    public static Utf8Text? Open(MimePart part, int mostCharacters)
    {
        var charset = part.ContentType.Parameter("charset");
        if (!CharsetNames.IsAsciiOrUtf8(charset) || IsFlowed(part))
            return null;
        if (part.UuBlocks.Count == 0 && part.TryGetOctets(out var octets))
            return IsText(octets.Span, charset, mostCharacters) ? new Utf8Text(octets[MarkOf(octets.Span)..]) : null;
        var (buffer, count) = Rent(part, MostOctets(part, mostCharacters));
        if (IsText(buffer.AsSpan(0, count), charset, mostCharacters))
            return new Utf8Text(buffer, MarkOf(buffer.AsSpan(0, count)), count);
        ArrayPool<byte>.Shared.Return(buffer);
        return null;
    }

    /// <summary>
    /// HTML for which the mail declares no charset may declare its own; for octets that are not UTF-8 this is better than a guess.
    /// </summary>
    private static string? MetaCharset(MimePart part, ReadOnlySpan<byte> octets)
    {
        if (part.ContentType.Subtype != "html" || System.Text.Unicode.Utf8.IsValid(octets))
            return null;
        var head = octets[..Math.Min(octets.Length, MetaReach)];
        for (var start = 0; head[start..].IndexOf((byte)'<') is >= 0 and var at; start += at + 1)
        {
            var tag = head[(start + at)..];
            if (tag.Length <= MetaMark.Length || !Ascii.EqualsIgnoreCase(tag[..MetaMark.Length], MetaMark))
                continue;
            if (DeclaredCharset.Of(tag[..(tag.IndexOf((byte)'>') + 1)]) is { } charset)
                return CharsetNames.Find(charset) is UnicodeEncoding or UTF32Encoding or null ? null : charset;
        }
        return null;
    }

    private static bool IsText(ReadOnlySpan<byte> octets, string? charset, int mostCharacters) =>
        octets.Length <= mostCharacters && CharsetText.IsUtf8(octets, charset);

    private static int MarkOf(ReadOnlySpan<byte> octets) => octets.StartsWith(Utf8Mark) ? Utf8Mark.Length : 0;

    /// <summary>No charset needs more than four octets for a character, and hardly any text needs more than two.</summary>
    private static int MostOctets(MimePart part, int mostCharacters) => (int)Math.Min(part.BodyEnd - part.BodyOffset, mostCharacters * 2L);

    private static bool IsFlowed(MimePart part) =>
        part.ContentType.Subtype == "plain"
            && string.Equals(part.ContentType.Parameter("format"), "flowed", StringComparison.OrdinalIgnoreCase);

    /// <summary>The decoded octets; a few more than asked for where there are more.</summary>
    private static (byte[] Buffer, int Count) Rent(MimePart part, int most)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(most + 1024);
        if (part.UuBlocks.Count == 0 && part.TryGetOctets(out var octets))
        {
            octets = octets[..Math.Min(octets.Length, buffer.Length)];
            octets.Span.CopyTo(buffer);
            return (buffer, octets.Length);
        }
        var count = 0;
        foreach (var content in Pieces(part))
        {
            int read;
            while (count <= most && (read = content.Read(buffer.AsSpan(count))) > 0)
                count += read;
            content.Dispose();
        }
        return (buffer, count);
    }

    /// <summary>The text without the uuencoded files in it.</summary>
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
