using System.Text;
using System.Text.RegularExpressions;

namespace InboundBridge.MailFlow.Reception.Asking;

/// <summary>The text of a refusal in a destination's words. They are not trusted: they become one clean line of our reply.</summary>
internal static partial class RefusalText
{
    public const string NotNow = "The recipient's application can't take the message now, try again later";

    private const string WithoutWords = "The recipient's application does not accept the message";

    /// <summary>RFC 5321 §4.5.3.1.5 gives a reply line 512 octets with its codes; what follows 200 is of no use to a person.</summary>
    private const int Longest = 200;

    /// <param name="words">The first line of the destination's answer; may hold anything.</param>
    /// <returns>
    /// Printable ASCII (RFC 5321 §4.2: a reply is ASCII) on one line. Codes at its start are left out: with ours before them, programs
    /// would read a second status.
    /// </returns>
    public static string Of(string words)
    {
        var line = new StringBuilder(Math.Min(words.Length, Longest));
        foreach (var letter in words)
        {
            if (line.Length == Longest)
                break;
            if (letter is > ' ' and < '\x7f')
                line.Append(letter);
            else if (char.IsWhiteSpace(letter) || char.IsControl(letter))
                AppendSpace(line);
            else if (!char.IsLowSurrogate(letter))
                line.Append('?');
        }
        var text = LeadingCodes().Replace(line.ToString().Trim(), string.Empty).Trim();
        return text.Length == 0 ? WithoutWords : text;
    }

    private static void AppendSpace(StringBuilder line)
    {
        if (line.Length > 0 && line[^1] != ' ')
            line.Append(' ');
    }

    /// <summary>Reply codes (RFC 5321 §4.2) and enhanced ones (RFC 3463), any number of them.</summary>
    [GeneratedRegex(@"^(?:(?:[2-5][0-9]{2}(?![0-9.])|[245]\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9.]))[ :-]*)+", RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex LeadingCodes();
}
