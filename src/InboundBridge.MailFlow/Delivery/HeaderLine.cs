using System.Text;

namespace InboundBridge.MailFlow.Delivery;

/// <summary>
/// Writes a header field that we add to a mail (RFC 5322 §2.2, §2.2.3). The lines are short and ASCII whatever the value is, since a rule
/// may fill it from the mail.
/// </summary>
public static class HeaderLine
{
    /// <summary>RFC 5322 §2.1.1: a line should have at most 78 characters, and must not have more than 998.</summary>
    private const int LineLength = 78;

    /// <summary>A longer word is written as encoded words, because those can be folded.</summary>
    private const int LongestWord = 900;

    /// <summary>RFC 2047 §2 allows 75 characters for an encoded word; this leaves room for the name of the field.</summary>
    private const int EncodedWordOctets = 39;

    /// <summary>
    /// The field with its CRLF, folded at white space; empty when nothing is left of the name. Line breaks and control characters become
    /// spaces, so that a value can't add a field of its own.
    /// </summary>
    public static string Format(string name, string value)
    {
        var line = new StringBuilder(Name(name));
        if (line.Length == 0)
            return "";
        var indent = line.Append(':').Length + 1;
        var column = line.Length;
        foreach (var word in Words(value))
        {
            if (column + 1 + word.Length > LineLength && column >= indent)
            {
                line.Append("\r\n");
                column = 0;
            }
            line.Append(' ').Append(word);
            column += 1 + word.Length;
        }
        return line.Append("\r\n").ToString();
    }

    /// <summary>The value of a whole field, unfolded (RFC 5322 §2.2.3), without white space around it.</summary>
    public static string Value(string field)
    {
        var value = new StringBuilder();
        foreach (var line in field.AsSpan(field.IndexOf(':', StringComparison.Ordinal) + 1).EnumerateLines())
        {
            var words = line.Trim(" \t");
            if (value.Length > 0 && words.Length > 0)
                value.Append(' ');
            value.Append(words);
        }
        return value.ToString();
    }

    /// <summary>RFC 5322 §3.6.8: printable ASCII without the colon. Other characters are left out.</summary>
    private static string Name(string name) => string.Concat(name.Where(character => character is > ' ' and < '\x7f' and not ':'));

    private static IEnumerable<string> Words(string value)
    {
        var run = new StringBuilder();
        foreach (var word in Clean(value).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Ascii.IsValid(word) || word.Length > LongestWord)
            {
                // A reader drops the space between two encoded words (RFC 2047 §6.2), so the space is encoded with them.
                run.Append(run.Length > 0 ? " " : "").Append(word);
                continue;
            }
            foreach (var encoded in EncodedWords(run))
                yield return encoded;
            yield return word;
        }
        foreach (var encoded in EncodedWords(run))
            yield return encoded;
    }

    private static IEnumerable<string> EncodedWords(StringBuilder run)
    {
        var piece = new StringBuilder();
        var octets = 0;
        foreach (var rune in run.ToString().EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > EncodedWordOctets)
            {
                yield return EncodedWord(piece);
                octets = 0;
            }
            piece.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }
        if (piece.Length > 0)
            yield return EncodedWord(piece);
        run.Clear();
    }

    private static string EncodedWord(StringBuilder piece)
    {
        var word = $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(piece.ToString()))}?=";
        piece.Clear();
        return word;
    }

    private static string Clean(string value) =>
        string.Create(value.Length, value, static (text, source) =>
        {
            for (var index = 0; index < text.Length; index++)
                text[index] = char.IsControl(source[index]) ? ' ' : source[index];
        });
}
