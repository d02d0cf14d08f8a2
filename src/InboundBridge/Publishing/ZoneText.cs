using System.Globalization;
using System.Text;

namespace InboundBridge.Publishing;

/// <summary>
/// Character-strings as a zone file has them (RFC 1035 §5.1). What is published comes from others, and is printed as well.
/// </summary>
internal static class ZoneText
{
    /// <param name="text">Octets of the DNS, each as a character.</param>
    public static string Quote(ReadOnlySpan<char> text)
    {
        var quoted = new StringBuilder("\"", text.Length + 2);
        foreach (var letter in text)
        {
            if (letter is '"' or '\\')
                quoted.Append('\\').Append(letter);
            else if (letter is >= ' ' and <= '~')
                quoted.Append(letter);
            else
                quoted.Append(CultureInfo.InvariantCulture, $"\\{(int)letter:000}");
        }
        return quoted.Append('"').ToString();
    }
}
