using System.Globalization;
using System.Text;

namespace InboundBridge.Smtp.Client;

/// <summary>Checks and encodes text for MAIL and RCPT, so that no address or parameter can inject a command.</summary>
public static class EnvelopeText
{
    /// <summary>RFC 5321 §4.5.3.1.3 allows 256 octets, but quoting and UTF-8 can make a mailbox longer.</summary>
    private const int LongestPath = 1000;

    /// <summary>RFC 3461 §4.2 and §4.4.</summary>
    private const int LongestOriginalRecipient = 500;

    private const int LongestEnvelopeId = 100;

    /// <summary>The mailbox can be written between angle brackets and can't end before the closing one.</summary>
    public static bool IsSafe(string mailbox)
    {
        var quoted = false;
        var escapedBefore = false;
        for (var index = 0; index < mailbox.Length; index++)
        {
            var character = mailbox[index];
            if (char.IsControl(character) || char.IsSurrogate(character) && !IsPaired(mailbox, index))
                return false;
            var escaped = quoted && index > 0 && mailbox[index - 1] == '\\' && !escapedBefore;
            if (character == '"' && !escaped)
                quoted = !quoted;
            else if (!quoted && character is '<' or '>' or ' ')
                return false;
            escapedBefore = escaped;
        }
        return !quoted && mailbox.Length is > 0 and <= LongestPath;
    }

    /// <summary>
    /// Encodes as xtext (RFC 3461 §4): printable ASCII except <c>+</c> and <c>=</c> as it is, everything else as <c>+HH</c>.
    /// </summary>
    public static string XText(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var octet in Encoding.Latin1.GetBytes(text))
        {
            if (octet is > 32 and < 127 and not ((byte)'+' or (byte)'='))
                encoded.Append((char)octet);
            else
                encoded.Append(CultureInfo.InvariantCulture, $"+{octet:X2}");
        }
        return encoded.ToString();
    }

    /// <summary>Encodes ENVID for MAIL; null when it would be too long.</summary>
    public static string? EnvelopeId(string id)
    {
        var encoded = XText(id);
        return encoded.Length is > 0 and <= LongestEnvelopeId ? encoded : null;
    }

    /// <summary>Encodes ORCPT for RCPT from <c>type;address</c>; null when the text does not have this form or would be too long.</summary>
    public static string? OriginalRecipient(string original)
    {
        var semicolon = original.IndexOf(';', StringComparison.Ordinal);
        if (semicolon <= 0 || original.AsSpan(0, semicolon).ContainsAnyExceptInRange('!', '~'))
            return null;
        var type = original[..semicolon];
        var address = original[(semicolon + 1)..];
        var encoded = Ascii.IsValid(address) ? $"{type};{XText(address)}" : $"utf-8;{Utf8XText(address)}";
        return encoded.Length <= LongestOriginalRecipient ? encoded : null;
    }

    /// <summary>Encodes an internationalized address in ASCII, so that it needs no SMTPUTF8 (RFC 6533 §3).</summary>
    private static string Utf8XText(string address)
    {
        var encoded = new StringBuilder(address.Length);
        foreach (var rune in address.EnumerateRunes())
        {
            if (rune.Value is > 32 and < 127 and not ('+' or '=' or '\\'))
                encoded.Append((char)rune.Value);
            else
                encoded.Append(CultureInfo.InvariantCulture, $"\\x{{{rune.Value:X2}}}");
        }
        return encoded.ToString();
    }

    private static bool IsPaired(string text, int index) =>
        char.IsHighSurrogate(text[index])
            ? index + 1 < text.Length && char.IsLowSurrogate(text[index + 1])
            : index > 0 && char.IsHighSurrogate(text[index - 1]);
}
