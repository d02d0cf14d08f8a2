using System.Buffers;

namespace InboundBridge.Configuration.Values;

/// <summary>Header fields of HTTP requests (RFC 9110 §5).</summary>
internal static class HeaderText
{
    /// <summary>JSON Schema pattern.</summary>
    public const string NamePattern = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$";

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly HashSet<string> Ours = new(StringComparer.OrdinalIgnoreCase)
    {
        "Content-Length", "Content-Type", "Transfer-Encoding", "Connection", "Host", "Expect", "Upgrade", "TE", "Trailer",
        "webhook-id", "webhook-timestamp", "webhook-signature", "X-InboundBridge-Attempt", "X-InboundBridge-Replay",
    };

    public static bool TryParseName(string text, out string value)
    {
        value = text;
        return text.Length is > 0 and <= 256 && !text.AsSpan().ContainsAnyExcept(NameCharacters);
    }

    /// <summary>No control characters: a line break would be a second header.</summary>
    public static bool TryParseValue(string text, out string value)
    {
        value = text;
        return !text.Any(char.IsControl);
    }

    public static bool IsOurs(string name) => Ours.Contains(name);
}
