namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;

/// <summary>Header fields in canonical form (RFC 6376 §3.4.1, §3.4.2), with their line end.</summary>
internal static class HeaderText
{
    /// <param name="field">The whole field as it came, with its line end if it has one.</param>
    public static void Append(OctetBuffer target, ReadOnlySpan<byte> field, Canonicalization canonicalization)
    {
        if (canonicalization == Canonicalization.Simple)
        {
            target.Append(field);
            // The header's last field lacks it when the mail ends there.
            if (!field.EndsWith("\n"u8))
                target.Append("\r\n"u8);
            return;
        }
        AppendRelaxed(target, field);
    }

    /// <summary>
    /// A signature's own field: without the value of <c>b=</c> and without the line end (RFC 6376 §3.7).
    /// </summary>
    /// <param name="signature">Where the value of <c>b=</c> and the blanks around it stand in the field.</param>
    public static void AppendUnsigned(
        OctetBuffer target, ReadOnlySpan<byte> field, Range signature, Canonicalization canonicalization, OctetBuffer scratch)
    {
        scratch.Clear();
        scratch.Append(field[..signature.Start.GetOffset(field.Length)]);
        scratch.Append(field[signature.End.GetOffset(field.Length)..]);
        Append(target, scratch.Span, canonicalization);
        var span = target.Span;
        target.Shorten(span.Length - (span.EndsWith("\r\n"u8) ? 2 : 1));
    }

    private static void AppendRelaxed(OctetBuffer target, ReadOnlySpan<byte> field)
    {
        var colon = field.IndexOf((byte)':');
        if (colon < 0)
            colon = field.Length;
        target.AppendLower(field[..colon].TrimEnd(" \t"u8));
        target.Append((byte)':');
        var value = colon < field.Length ? field[(colon + 1)..] : default;
        for (var isFirst = true; ; isFirst = false)
        {
            value = SkipBlanks(value);
            if (value.IsEmpty)
                break;
            if (!isFirst)
                target.Append((byte)' ');
            var word = WordLength(value);
            target.Append(value[..word]);
            value = value[word..];
        }
        target.Append("\r\n"u8);
    }

    /// <summary>A line end inside a field is always followed by a blank, so leaving it out unfolds the field.</summary>
    private static ReadOnlySpan<byte> SkipBlanks(ReadOnlySpan<byte> text)
    {
        while (text is [(byte)' ' or (byte)'\t' or (byte)'\n', ..] or [(byte)'\r', (byte)'\n', ..])
            text = text[1..];
        return text;
    }

    /// <summary>The octets up to the next blank or line end. A CR without LF is an ordinary octet.</summary>
    private static int WordLength(ReadOnlySpan<byte> text)
    {
        for (var from = 0; ;)
        {
            var at = text[from..].IndexOfAny(" \t\r\n"u8);
            if (at < 0)
                return text.Length;
            from += at;
            if (text[from] != '\r' || text[(from + 1)..] is [(byte)'\n', ..])
                return from;
            from++;
        }
    }
}
