using System.Buffers;
using System.Text;

namespace InboundBridge.MailFlow.Delivery.SevenBit;

/// <summary>
/// Writes the words of a text field that have octets above 127 as encoded words (RFC 2047). All other words stay as they are, encoded words
/// above all: decoding them would bring out whatever a sender has hidden there, line ends included.
/// </summary>
internal static class SevenBitText
{
    private static readonly SearchValues<char> Space = SearchValues.Create(" \t\r\n");

    /// <param name="value">What follows the colon. Every line end is followed by white space.</param>
    /// <param name="column">Characters before the value in its line.</param>
    /// <exception cref="SevenBitException">Readers differ about what the text says.</exception>
    public static byte[] Encode(string value, int column)
    {
        var tokens = Tokens(value);
        var lines = new SevenBitLines(column);
        for (var at = 0; at < tokens.Length;)
        {
            if (tokens[at].IsAscii)
            {
                lines.Append(tokens[at].Space, tokens[at].Word);
                at++;
                continue;
            }
            var end = at + 1;
            while (end < tokens.Length && !tokens[end].IsAscii)
                end++;
            AppendRun(tokens, at, end, lines);
            at = end;
        }
        return lines.ToOctets();
    }

    /// <summary>Words outside ASCII that follow each other, with the white space between them.</summary>
    private static void AppendRun(Token[] tokens, int from, int to, SevenBitLines lines)
    {
        var isAfterEncoded = from > 0 && IsEncoded(tokens[from - 1]);
        var isBeforeEncoded = to < tokens.Length && IsEncoded(tokens[to]);
        var text = new StringBuilder();
        for (var at = from; at < to; at++)
        {
            CheckWhole(tokens[at]);
            // RFC 2047 §6.2: white space between encoded words is not shown, so it becomes part of a word.
            if (at > from || isAfterEncoded)
                text.Append(tokens[at].Space);
            text.Append(tokens[at].Word);
        }
        if (isBeforeEncoded)
            text.Append(tokens[to].Space);
        if (from > 0 && !isAfterEncoded)
            CheckWhole(tokens[from - 1]);
        if (to < tokens.Length && !isBeforeEncoded)
            CheckWhole(tokens[to]);
        lines.AppendEncoded(tokens[from].Space, text.ToString());
    }

    /// <summary>Readers differ about an encoded word inside a longer word, and what stands beside it would change what they see.</summary>
    private static void CheckWhole(Token token)
    {
        var rest = token.Word.AsSpan();
        while (rest.IndexOf("=?") is >= 0 and var at)
        {
            rest = rest[(at + 2)..];
            if (rest.IndexOf('?') is >= 0 and var end && rest[end..] is ['?', 'b' or 'B' or 'q' or 'Q', '?', ..])
                throw new SevenBitException("a word of a header field is encoded in part");
        }
    }

    private static Token[] Tokens(ReadOnlySpan<char> value)
    {
        var tokens = new List<Token>();
        while (value.IndexOfAnyExcept(Space) is >= 0 and var start)
        {
            var length = value[start..].IndexOfAny(Space);
            var end = length < 0 ? value.Length : start + length;
            // White space as readers show it: without the line ends of folding.
            tokens.Add(new Token(value[..start].ToString().Replace("\r\n", "", StringComparison.Ordinal), value[start..end].ToString()));
            value = value[end..];
        }
        return [.. tokens];
    }

    /// <summary>RFC 2047 §2: <c>=?charset?encoding?text?=</c>.</summary>
    private static bool IsEncoded(Token token) =>
        token.IsAscii && token.Word.Length > 4 && token.Word.StartsWith("=?", StringComparison.Ordinal)
        && token.Word.EndsWith("?=", StringComparison.Ordinal)
        && token.Word[2..^2].Split('?') is [{ Length: > 0 }, "b" or "B" or "q" or "Q", _];

    /// <param name="Space">Before the word.</param>
    private readonly record struct Token(string Space, string Word)
    {
        public bool IsAscii => Ascii.IsValid(Word);
    }
}
