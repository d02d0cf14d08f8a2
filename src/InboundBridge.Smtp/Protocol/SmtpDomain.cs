using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace InboundBridge.Smtp.Protocol;

/// <summary>Domains and address literals of the envelope (RFC 5321 §4.1.2, §4.1.3; RFC 5890 for U-labels).</summary>
internal static class SmtpDomain
{
    /// <summary>RFC 5321 §4.5.3.1.2.</summary>
    private const int LongestDomain = 255;

    /// <summary>RFC 1035 §2.3.4.</summary>
    private const int LongestLabel = 63;

    // The underscore is no host name, yet senders' domains carry it and DNS has it.
    private static readonly SearchValues<char> LabelCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    private static readonly IdnMapping Idn = new() { AllowUnassigned = false, UseStd3AsciiRules = false };

    /// <summary>The domain in its one internal form: lower case, A-labels; or a literal in brackets, its address in canonical form.</summary>
    public static string? Canonical(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > LongestDomain)
            return null;
        if (text[0] == '[')
            return Literal(text);
        if (System.Text.Ascii.IsValid(text))
            return IsHostName(text) ? Lower(text) : null;
        // Full-width and other dots would let a name read differently to us than to DNS.
        return ToAscii(text.ToString()) is { } ascii && ascii.Length <= LongestDomain && IsHostName(ascii) ? Lower(ascii) : null;
    }

    private static string Lower(ReadOnlySpan<char> text) => text.ContainsAnyInRange('A', 'Z') ? text.ToString().ToLowerInvariant() : text.ToString();

    private static bool IsHostName(ReadOnlySpan<char> name)
    {
        foreach (var range in name.Split('.'))
        {
            var label = name[range];
            if (label.Length is 0 or > LongestLabel || label[0] == '-' || label[^1] == '-' || label.ContainsAnyExcept(LabelCharacters))
                return false;
            if (label.StartsWith("xn--", StringComparison.OrdinalIgnoreCase) && !IsDecodable(label.ToString()))
                return false;
        }
        return true;
    }

    private static bool IsDecodable(string label)
    {
        try
        {
            return Idn.GetUnicode(label).Length > 0;
        }
        catch (ArgumentException)
        {
            // The mapping has no other way to say no.
            return false;
        }
    }

    private static string? ToAscii(string name)
    {
        try
        {
            return Idn.GetAscii(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string? Literal(ReadOnlySpan<char> text)
    {
        if (text.Length < 3 || text[^1] != ']')
            return null;
        var inner = text[1..^1];
        const string V6 = "IPv6:";
        if (inner.StartsWith(V6, StringComparison.OrdinalIgnoreCase))
        {
            var address = inner[V6.Length..];
            if (address.ContainsAny('%', '[', '/') || !IPAddress.TryParse(address, out var ip) || ip.AddressFamily != AddressFamily.InterNetworkV6)
                return null;
            return $"[IPv6:{ip}]";
        }
        return IsDottedQuad(inner) ? text.ToString() : null;
    }

    /// <summary>Four decimal numbers and nothing of what inet_aton also takes: <c>1.2</c>, <c>0x7f.1</c> and octal are other hosts to other parsers.</summary>
    internal static bool IsDottedQuad(ReadOnlySpan<char> text)
    {
        var parts = 0;
        foreach (var range in text.Split('.'))
        {
            var part = text[range];
            if (++parts > 4 || part.Length is 0 or > 3 || part is ['0', _, ..] || part.ContainsAnyExceptInRange('0', '9'))
                return false;
            if (int.Parse(part, NumberStyles.None, CultureInfo.InvariantCulture) > 255)
                return false;
        }
        return parts == 4;
    }
}
