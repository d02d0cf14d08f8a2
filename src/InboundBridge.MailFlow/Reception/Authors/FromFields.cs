using InboundBridge.MailFlow.Reception.ForgedResults;

namespace InboundBridge.MailFlow.Reception.Authors;

/// <summary>
/// The From fields of a header, found wherever some mail program finds them: programs differ in what ends a line and a header, in blanks
/// and control characters in a name, and in what they do with lines that are no fields.
/// </summary>
/// <param name="Count">0 or 1; more than one is a problem.</param>
/// <param name="Value">What follows the colon of the only field, with its line ends; empty with a problem.</param>
/// <param name="Problem">Why programs may see different fields; null where all see the same.</param>
internal readonly record struct FromFields(int Count, byte[] Value, string? Problem)
{
    /// <summary>The problem of a header that was not read to its end, which may hide a From field.</summary>
    public const string Cut = "the header is too long to be read whole";

    private const string Odd = "From is written in a way that not all programs read";

    /// <param name="header">From the first octet of the mail on; what follows the header is not looked at.</param>
    /// <param name="isWhole">The mail ends with these octets.</param>
    /// <param name="mayContinue">More octets can be had.</param>
    /// <returns>Null if the header has not ended and more octets can be had.</returns>
    public static FromFields? Find(ReadOnlySpan<byte> header, bool isWhole, bool mayContinue = false)
    {
        var lines = default(HeaderLineEnds);
        var (count, at, value, odd) = (0, 0, Range.All, false);
        var (afterBareCr, hasField) = (false, false);
        while (at < header.Length)
        {
            // A blank at the beginning of the header continues nothing, so a program may take the line for a field.
            var continues = hasField && header[at] is (byte)' ' or (byte)'\t';
            if (!continues && FromFieldName.Match(header[at..], out var isPlain) is > 0 and var length)
            {
                count++;
                value = (at + length)..EndOf(header, at + length, out var endsPlainly);
                odd |= !isPlain || afterBareCr || !endsPlainly;
            }
            hasField = true;
            var content = header[at..].IndexOfAny((byte)'\r', (byte)'\n');
            if (content < 0)
                break;
            if (content > 0)
                lines.Content();
            at += content;
            var isOver = lines.End(header[at]);
            afterBareCr = header[at++] == '\r';
            if (afterBareCr && at < header.Length && header[at] == '\n')
            {
                isOver = lines.End(header[at++]);
                afterBareCr = false;
            }
            if (isOver)
                return Of(header, count, value, odd);
        }
        return mayContinue ? null : isWhole ? Of(header, count, value, odd) : new FromFields(count, [], Cut);
    }

    private static FromFields Of(ReadOnlySpan<byte> header, int count, Range value, bool odd) =>
        count > 1 ? new FromFields(count, [], "there is more than one From field")
        : odd ? new FromFields(count, [], Odd)
        : new FromFields(count, count == 0 ? [] : header[value].ToArray(), null);

    /// <summary>The index after the field's last line end, which no blank follows.</summary>
    /// <param name="isPlain">False where a CR without LF ends it: other programs see more.</param>
    private static int EndOf(ReadOnlySpan<byte> header, int at, out bool isPlain)
    {
        while (true)
        {
            var end = header[at..].IndexOfAny((byte)'\r', (byte)'\n');
            isPlain = true;
            if (end < 0)
                return header.Length;
            at += end;
            isPlain = header[at] == '\n' || header[(at + 1)..] is [(byte)'\n', ..];
            at += header[at] == '\r' && isPlain ? 2 : 1;
            if (!isPlain || at == header.Length || header[at] is not ((byte)' ' or (byte)'\t'))
                return at;
        }
    }
}
