using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;

namespace InboundBridge.MailFlow.Reception.Authors;

/// <summary>
/// Compares a field's name with From like the most lenient program: without regard to case, blanks, folding, control characters and octets
/// above 126, which some programs drop.
/// </summary>
internal static class FromFieldName
{
    /// <summary>
    /// Double line ends inside a name. The line between them is looked at by itself too, so that thousands of them would be read
    /// thousands of times.
    /// </summary>
    private const int MostDouble = 16;

    private static readonly LenientName Name = new("From");

    /// <param name="line">From the beginning of a line to the end of the header.</param>
    /// <param name="isPlain">
    /// The name has no odd octet, and nothing but blanks stands between it and the colon (RFC 5322 §4.5.2 permits them).
    /// </param>
    /// <returns>
    /// The octets up to and with the colon; 0 where no program takes the line for a From field. A name with too many double line ends,
    /// which may still be From, counts as odd, and ends there.
    /// </returns>
    public static int Match(ReadOnlySpan<byte> line, out bool isPlain)
    {
        isPlain = true;
        var (places, doubles) = (LenientName.Beginning, 0);
        byte before = 0;
        for (var index = 0; index < line.Length; index++)
        {
            var octet = line[index];
            if (octet == ':')
                return Name.IsWhole(places) ? index + 1 : 0;
            if (octet is (byte)'\r' or (byte)'\n')
            {
                if (!IsFold(line[index..], out var isDouble))
                    return 0;
                if (isDouble && ++doubles > MostDouble)
                {
                    isPlain = false;
                    return index;
                }
            }
            if (octet is <= (byte)' ' or >= 0x7F)
                isPlain &= Name.IsWhole(places) && octet is (byte)' ' or (byte)'\t';
            places = Name.Take(places, octet, before);
            if (places == 0)
                return 0;
            before = octet;
        }
        return 0;
    }

    /// <summary>A blank follows one or two octets of line ends.</summary>
    /// <param name="isDouble">Two line ends: CRLF is one.</param>
    private static bool IsFold(ReadOnlySpan<byte> text, out bool isDouble)
    {
        isDouble = text is [_, (byte)'\r', ..] or [(byte)'\n', (byte)'\n', ..];
        return text is [_, (byte)' ' or (byte)'\t', ..] or [_, (byte)'\r' or (byte)'\n', (byte)' ' or (byte)'\t', ..];
    }
}
