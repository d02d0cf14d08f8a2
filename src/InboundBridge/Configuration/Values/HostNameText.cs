using System.Globalization;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Configuration.Values;

/// <summary>A host's or a domain's name: lower case, in A-labels (RFC 5890), at most 253 octets.</summary>
internal static class HostNameText
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = false, AllowUnassigned = true };

    public static bool TryParse(string text, out string value)
    {
        value = text.TrimEnd('.').ToLowerInvariant();
        if (value.Length == 0)
            return false;
        if (!System.Text.Ascii.IsValid(value))
        {
            try
            {
                value = Idn.GetAscii(value).ToLowerInvariant();
            }
            catch (ArgumentException)
            {
                return false;
            }
        }
        var labels = value.Split('.');
        return value.Length <= 253 && labels.All(IsLabel) && !IsNumber(labels[^1]);
    }

    /// <summary>A name, or <c>*.name</c> for everything below it.</summary>
    public static bool TryParsePattern(string text, out string value)
    {
        if (!text.StartsWith("*.", StringComparison.Ordinal))
            return TryParse(text, out value);
        var valid = TryParse(text[2..], out var name);
        value = "*." + name;
        return valid;
    }

    /// <summary>What EHLO may say: a name or an address literal (RFC 5321 §4.1.3).</summary>
    public static bool TryParseOrLiteral(string text, out string value)
    {
        value = text;
        if (text is not ['[', .., ']'])
            return TryParse(text, out value);
        var inside = text[1..^1];
        return IpAddressText.TryParse(inside.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? inside.AsSpan(5) : inside, out _);
    }

    /// <summary>
    /// No top-level domain is a number; <c>10.1</c> and <c>0x7f000001</c> are mistyped addresses, which resolvers take for others.
    /// </summary>
    private static bool IsNumber(string label) =>
        label.All(char.IsAsciiDigit) || (label.StartsWith("0x", StringComparison.Ordinal) && label[2..].All(char.IsAsciiHexDigit));

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-'
        && label.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');
}
