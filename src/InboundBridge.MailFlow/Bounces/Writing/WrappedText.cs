using System.Text;

namespace InboundBridge.MailFlow.Bounces.Writing;

/// <summary>
/// Breaks text into lines at spaces. Words that are too long are broken too, so that a hostile reply fits like any other.
/// </summary>
internal static class WrappedText
{
    /// <param name="indent">Begins each line.</param>
    /// <param name="width">Characters of a line, the indent included.</param>
    /// <param name="longestWord">Longer words are broken; null: words that are longer than a line.</param>
    public static IEnumerable<string> Lines(string text, string indent, int width, int? longestWord = null)
    {
        var room = width - indent.Length;
        var most = longestWord ?? room;
        var line = new StringBuilder(width);
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(word => Pieces(word, most)))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > room)
            {
                yield return indent + line;
                line.Clear();
            }
            if (line.Length > 0)
                line.Append(' ');
            line.Append(word);
        }
        if (line.Length > 0)
            yield return indent + line;
    }

    private static IEnumerable<string> Pieces(string word, int most)
    {
        while (word.Length > most)
        {
            // A surrogate pair stays together.
            var cut = char.IsHighSurrogate(word[most - 1]) ? most - 1 : most;
            yield return word[..cut];
            word = word[cut..];
        }
        yield return word;
    }
}
