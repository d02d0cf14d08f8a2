using System.Collections.Concurrent;
using System.Text;

namespace InboundBridge.Logging;

/// <summary><c>DestinationName</c> → <c>destination_name</c>: one spelling in logs, metrics and configuration.</summary>
internal static class FieldName
{
    /// <summary>Names come from templates in code; this bounds what a name made at run time costs.</summary>
    private const int MostNames = 4096;

    private static readonly ConcurrentDictionary<string, string> Known = new(StringComparer.Ordinal);

    public static string Of(string name)
    {
        if (Known.TryGetValue(name, out var known))
            return known;
        var made = Make(name);
        if (Known.Count < MostNames)
            Known.TryAdd(name, made);
        return made;
    }

    private static string Make(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        for (var index = 0; index < name.Length; index++)
        {
            var letter = name[index];
            if (char.IsAsciiLetterUpper(letter))
            {
                if (index > 0 && (!char.IsAsciiLetterUpper(name[index - 1]) || (index + 1 < name.Length && char.IsAsciiLetterLower(name[index + 1]))) && text[^1] != '_')
                    text.Append('_');
                text.Append(char.ToLowerInvariant(letter));
            }
            else
            {
                text.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
            }
        }
        return text.Length == 0 ? "_" : text.ToString();
    }
}
