using System.Diagnostics.CodeAnalysis;
using System.Text;
using InboundBridge.Operations.Reading;

namespace InboundBridge.Ui.Text;

/// <summary>
/// What strangers wrote on one line: a subject, a name, the name of a file, an answer. As in the text of a mail, marks that would freeze a
/// browser are left out. Besides, controls that turn the direction of writing round are written out: with one of them the name of a file
/// that ends in <c>exe</c> looks as if it ended in <c>pdf</c>, and on one line nobody needs them.
/// </summary>
internal static class ShownText
{
    private const char LeftToRightOverride = '\u202d';
    private const char RightToLeftOverride = '\u202e';

    /// <returns>Null for null.</returns>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Line(string? text)
    {
        if (text is null || Ascii.IsValid(text))
            return text;
        var limited = new ShownMarks().Limit(text);
        return limited.AsSpan().IndexOfAny(LeftToRightOverride, RightToLeftOverride) < 0 ? limited
            : limited.Replace("\u202d", "[U+202D]", StringComparison.Ordinal).Replace("\u202e", "[U+202E]", StringComparison.Ordinal);
    }
}
