using System.Collections.Concurrent;
using System.Text;

namespace InboundBridge.Logging;

/// <summary>
/// The words of an event's template without its values, which the line already shows as fields: "dead message={Id}" gives "dead".
/// </summary>
internal static class MessageWords
{
    /// <summary>Templates are constants in code; this bounds the memory if code makes templates at run time.</summary>
    private const int MostKnown = 1024;

    private static readonly ConcurrentDictionary<string, string> Known = new(StringComparer.Ordinal);

    public static string Of(string template)
    {
        if (Known.TryGetValue(template, out var words))
            return words;
        words = Make(template);
        if (Known.Count < MostKnown)
            Known.TryAdd(template, words);
        return words;
    }

    private static string Make(string template)
    {
        var words = new StringBuilder(template.Length);
        foreach (var word in template.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var open = word.IndexOf('{', StringComparison.Ordinal);
            if (open < 0)
            {
                words.Append(words.Length > 0 ? " " : "").Append(word);
                continue;
            }
            // The punctuation of "{Path}:" moves to the word before; "id={Id}" and "({Count})" vanish entirely.
            var close = word.IndexOf('}', open);
            var rest = close < 0 ? "" : word[(close + 1)..];
            if (words.Length > 0 && rest is ":" or ";" or "," or ".")
                words.Append(rest);
        }
        return words.ToString().TrimEnd(' ', ':', ';', ',');
    }
}
