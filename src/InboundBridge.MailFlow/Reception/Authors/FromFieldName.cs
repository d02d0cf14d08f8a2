namespace InboundBridge.MailFlow.Reception.Authors;

/// <summary>
/// Compares a field's name with From like the most lenient program: without regard to case, blanks, folding, control characters and octets
/// above 126, which some programs drop.
/// </summary>
internal static class FromFieldName
{
    private static ReadOnlySpan<byte> Name => "from"u8;

    /// <param name="line">From the beginning of a line to the end of the header.</param>
    /// <param name="isPlain">
    /// The name has no odd octet, and nothing but blanks stands between it and the colon (RFC 5322 §4.5.2 permits them).
    /// </param>
    /// <returns>The octets up to and with the colon; 0 where no program takes the line for a From field.</returns>
    public static int Match(ReadOnlySpan<byte> line, out bool isPlain)
    {
        isPlain = true;
        var matched = 0;
        for (var index = 0; index < line.Length; index++)
        {
            var octet = line[index];
            if (octet == ':')
                return matched == Name.Length ? index + 1 : 0;
            if (octet is (byte)'\r' or (byte)'\n' && !IsFold(line[index..]))
                return 0;
            if (octet is <= (byte)' ' or >= 0x7F)
                isPlain &= matched == Name.Length && octet is (byte)' ' or (byte)'\t';
            else if (matched == Name.Length || (octet | 0x20) != Name[matched++])
                return 0;
        }
        return 0;
    }

    private static bool IsFold(ReadOnlySpan<byte> text)
    {
        var rest = text.TrimStart("\r\n"u8);
        return text.Length - rest.Length <= 2 && rest is [(byte)' ' or (byte)'\t', ..];
    }
}
