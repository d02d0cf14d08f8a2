using InboundBridge.Text;

namespace InboundBridge.MailFlow.Scanning;

/// <summary>Texts that cross between us and a scanner.</summary>
internal static class ScannerText
{
    /// <summary>What a scanner says, for payloads, replies and logs: printable ASCII, everything else as a question mark.</summary>
    public static string Printable(ReadOnlySpan<char> text, int most)
    {
        text = text.Trim();
        return string.Create(Math.Min(text.Length, most), text, static (target, source) =>
        {
            for (var index = 0; index < target.Length; index++)
                target[index] = source[index] is >= ' ' and <= '~' ? source[index] : '?';
        });
    }

    /// <summary>
    /// What a peer says, for the header of a request: on one line and bounded, so that no peer adds a field or ends the header. Line breaks
    /// and other control characters, also those beyond ASCII (U+0085, U+2028), become question marks.
    /// </summary>
    public static string OneLine(string text, int most)
    {
        if (text.Length <= most && !text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return text;
        var cut = CutText.At(text, most);
        return string.Create(cut.Length, cut, static (target, source) =>
        {
            for (var index = 0; index < target.Length; index++)
                target[index] = char.IsControl(source[index]) || source[index] is '\u2028' or '\u2029' || IsAlone(source, index)
                    ? '?' : source[index];
        });
    }

    /// <summary>Half of a pair of surrogates can't be encoded.</summary>
    private static bool IsAlone(string text, int index) =>
        char.IsHighSurrogate(text[index]) && !(index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
        || char.IsLowSurrogate(text[index]) && !(index > 0 && char.IsHighSurrogate(text[index - 1]));
}
