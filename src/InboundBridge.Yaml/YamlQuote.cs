using System.Globalization;
using System.Text;

namespace InboundBridge.Yaml;

/// <summary>Writes texts as YAML that is read back as the same text, in block and in flow style.</summary>
public static class YamlQuote
{
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "null", "true", "false", "yes", "no", "on", "off", "y", "n",
    };

    /// <summary>A plain scalar where the text is a harmless word, else one in double quotes.</summary>
    public static string Of(string text) => IsPlain(text) ? text : Quoted(text);

    private static bool IsPlain(string text) => text.Length is > 0 and <= 100 && char.IsAsciiLetter(text[0]) && !Words.Contains(text)
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' or '+' or '@' or '/');

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        for (var index = 0; index < text.Length; index++)
        {
            var letter = text[index];
            if (char.IsHighSurrogate(letter) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
                quoted.Append(letter).Append(text[++index]);
            else
                quoted.Append(Escaped(letter) ?? letter.ToString());
        }
        return quoted.Append('"').ToString();
    }

    /// <summary>Null for a character that stands for itself. YAML 1.2 §5.1: the others are not printable.</summary>
    private static string? Escaped(char letter) => letter switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ when char.IsControl(letter) || char.IsSurrogate(letter) || letter is '\u2028' or '\u2029' or '\ufeff' or '\ufffe' or '\uffff' =>
            string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
        _ => null,
    };
}
