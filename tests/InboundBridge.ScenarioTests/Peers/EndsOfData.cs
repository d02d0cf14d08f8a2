using System.Text;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>
/// Sequences that some server has taken, or might take, for the end of a message: a dot in many forms between line ends of all kinds. The
/// only real end (RFC 5321 §4.1.1.4) is not among them.
/// </summary>
internal static class EndsOfData
{
    /// <summary>Sequences that real servers accepted (CVE-2023-51764, -51765, -51766 and similar).</summary>
    public static readonly string[] Known = ["\n.\n", "\n.\r\n", "\r.\r", "\r.\r\n", "\r\n.\n", "\r\n.\r", "\r\n.\r\r\n", "\n\n.\r\n",
        "\r\r.\r\r", "\n\r.\n\r", "\r\n\0.\r\n", "\r\n.\0\r\n", "\r\n.\r\0\n"];

    private static readonly string[] Before =
        ["\n", "\r", "\r\n", "\n\r", "\r\r", "\n\n", "\r\r\n", "\r\n\r", "\r\n\n", "\r\0\n", "\0\n", "\n\0", "\r\n\0", "\v", "\f", "\u0085",
            "\u00e2\u0080\u00a8"];

    private static readonly string[] Dots = [".", "..", ".\0", "\0.", " .", ". ", ".\u0080", "%2e"];

    private static readonly string[] After =
        ["\n", "\r", "\r\n", "\n\r", "\r\r", "\n\n", "\r\r\n", "\r\n\r", "\r\0\n", "\0\r\n", "\0\n", "\v", "\f", "\u0085",
            "\u00e2\u0080\u00a8"];

    /// <summary>All combinations that don't contain the real end. Each character is one octet.</summary>
    public static IEnumerable<string> All { get; } =
        [.. from before in Before from dot in Dots from after in After let end = before + dot + after where !end.Contains(
            "\r\n.\r\n", StringComparison.Ordinal) select end];

    public static byte[] Octets(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>Whether a sequence has a bare CR or LF.</summary>
    public static bool HasBareNewline(string text) => text.Replace("\r\n", "", StringComparison.Ordinal).AsSpan().ContainsAny('\r', '\n');

    /// <summary>The sequence in words, for a failure's message.</summary>
    public static string Name(string end)
    {
        var name = new StringBuilder();
        foreach (var character in end)
        {
            name.Append(character switch
            {
                '\r' => "<CR>",
                '\n' => "<LF>",
                >= '!' and <= '~' => character.ToString(),
                _ => $"<{(int)character:X2}>",
            });
        }

        return name.ToString();
    }
}
