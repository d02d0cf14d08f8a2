using System.Buffers;
using InboundBridge.MailFlow.Text;
using InboundBridge.Text;

namespace InboundBridge.MailFlow.Delivery.Webhook;

/// <summary>Rules for the headers that operators, rules and transforms add to a request.</summary>
internal static class HeaderFields
{
    private const int LongestName = 256;

    /// <summary>RFC 9110 §5.6.2.</summary>
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Headers that we or the connection write.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "Host", "Expect",
        "Upgrade", "TE", "Trailer",
    };

    /// <summary>What is wrong with a name; null when a transform may set it.</summary>
    public static string? NameProblem(string name)
    {
        if (!IsToken(name))
            return $"\"{OneLineText.Of(CutText.At(name, 40))}\" is no name of a header";
        return Reserved.Contains(name) || IsOurs(name) ? $"{name} is written by us" : null;
    }

    public static bool IsToken(string name) => name.Length is > 0 and <= LongestName && !name.AsSpan().ContainsAnyExcept(TokenCharacters);

    private static bool IsOurs(string name) =>
        name.StartsWith("webhook-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("X-InboundBridge-", StringComparison.OrdinalIgnoreCase);
}
