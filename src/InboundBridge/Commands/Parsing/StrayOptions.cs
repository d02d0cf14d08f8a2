using System.CommandLine;
using System.CommandLine.Parsing;

namespace InboundBridge.Commands.Parsing;

/// <summary>
/// Finds a misspelt option that the parser took for an argument: <c>messages replay ID --too x</c> must not send ID again and then look for
/// a message named <c>--too</c>. Values after <c>--</c>, or joined to their option (<c>--text=--hello</c>), are taken literally.
/// </summary>
internal static class StrayOptions
{
    public static string? Find(ParseResult parsed, IReadOnlyList<string> written)
    {
        var isValue = false;
        foreach (var token in parsed.Tokens)
        {
            if (token.Type == TokenType.DoubleDash)
                return null;
            if (token.Type == TokenType.Argument && LooksLikeOption(token.Value, isValue)
                && written.Contains(token.Value, StringComparer.Ordinal))
                return token.Value;
            isValue = token.Type == TokenType.Option;
        }
        return null;
    }

    /// <summary>
    /// The value of an option may be a signature's "-- " or a negative number; an argument
    /// never begins with '-', except '-' for standard input.
    /// </summary>
    private static bool LooksLikeOption(string text, bool isValue) =>
        isValue ? text.Length > 3 && text.StartsWith("--", StringComparison.Ordinal) && char.IsAsciiLetter(text[2])
            && !text.Contains(' ', StringComparison.Ordinal)
        : text.Length > 1 && text[0] == '-';
}
