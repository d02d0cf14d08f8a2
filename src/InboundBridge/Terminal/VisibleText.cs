using System.Globalization;
using System.Text;

namespace InboundBridge.Terminal;

/// <summary>
/// Makes octets of a message safe for a terminal. Control characters (C1 too), octets that are not UTF-8 and bidirectional controls become
/// <c>\x1b</c> or <c>\u202e</c>; line ends and tabs are kept.
/// </summary>
internal static class VisibleText
{
    public static string Of(ReadOnlySpan<byte> octets)
    {
        var text = new StringBuilder(octets.Length + 64);
        while (!octets.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(octets, out var rune, out var length);
            if (status == System.Buffers.OperationStatus.Done)
                Append(text, rune, next: octets.Length > length ? octets[length] : (byte)0);
            else
                foreach (var octet in octets[..length])
                    text.Append(CultureInfo.InvariantCulture, $"\\x{octet:x2}");
            octets = octets[length..];
        }
        return text.ToString();
    }

    public static string Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>Escapes bidirectional controls in JSON, which does not change its meaning.</summary>
    public static string OfJson(string json) => json.Any(Turns)
        ? string.Concat(
            json.Select(letter => Turns(letter) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}") : letter.ToString()))
        : json;

    /// <summary>U+061C, U+200E, U+200F, U+202A to U+202E and U+2066 to U+2069 (Unicode's bidirectional controls).</summary>
    public static bool Turns(char letter) =>
        letter is '\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    private static void Append(StringBuilder text, Rune rune, byte next)
    {
        // The CR of a CRLF is dropped; the terminal needs only the LF.
        if (rune.Value is '\n' or '\t' || (rune.Value == '\r' && next == (byte)'\n'))
            text.Append(rune.Value == '\r' ? string.Empty : rune.ToString());
        else if (Rune.IsControl(rune))
            text.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
        else if (rune.IsBmp && Turns((char)rune.Value))
            text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
        else
            text.Append(rune.ToString());
    }
}
