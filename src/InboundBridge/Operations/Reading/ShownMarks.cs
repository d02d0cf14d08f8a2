using System.Globalization;
using System.Text;

namespace InboundBridge.Operations.Reading;

/// <summary>
/// Bounds what text of strangers may pile up on one letter: a browser lays out a long run of combining marks, or thousands of nested
/// directions, in quadratic time. One instance a text, however many pieces it comes in.
/// </summary>
internal sealed class ShownMarks
{
    /// <summary>Combining marks in a row. No script that people write needs a third of it.</summary>
    public const int MostInRow = 32;

    /// <summary>Embeddings, overrides, isolates and their ends in one text.</summary>
    public const int MostDirections = 500;

    /// <summary>No combining mark stands before it.</summary>
    private const char FirstMark = '\u0300';

    private int _inRow;
    private int _directions;

    /// <summary>Something was left out so far.</summary>
    public bool LeftOut { get; private set; }

    /// <summary>The next piece of the text, without what is too much.</summary>
    public string Limit(string piece)
    {
        StringBuilder? kept = null;
        var copied = 0;
        for (int at = 0, length; at < piece.Length; at += length)
        {
            length = 1;
            if (piece[at] < FirstMark)
            {
                // A soft hyphen between marks does not end their row.
                _inRow = piece[at] == '\u00ad' ? _inRow : 0;
                continue;
            }
            Rune.DecodeFromUtf16(piece.AsSpan(at), out var rune, out length);
            if (IsShown(rune))
                continue;
            (kept ??= new StringBuilder(piece.Length)).Append(piece, copied, at - copied);
            copied = at + length;
        }
        if (kept is null)
            return piece;
        LeftOut = true;
        return kept.Append(piece, copied, piece.Length - copied).ToString();
    }

    private bool IsShown(Rune rune)
    {
        if (rune.Value is (>= 0x202a and <= 0x202e) or (>= 0x2066 and <= 0x2069))
            return ++_directions <= MostDirections;
        switch (Rune.GetUnicodeCategory(rune))
        {
            case UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark:
                return ++_inRow <= MostInRow;
            case UnicodeCategory.Format:
                // A joiner has no width: what follows still belongs to the same letter.
                return true;
            default:
                _inRow = 0;
                return true;
        }
    }
}
