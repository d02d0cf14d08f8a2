using System.Buffers;
using System.Globalization;

namespace InboundBridge.Smtp.Protocol;

/// <summary>Parses domains and address literals of the envelope (RFC 5321 §4.1.2 and §4.1.3; RFC 5890 for U-labels).</summary>
internal static class SmtpDomain
{
    /// <summary>RFC 5321 §4.5.3.1.2.</summary>
    private const int LongestDomain = 255;

    /// <summary>RFC 1035 §2.3.4.</summary>
    private const int LongestLabel = 63;

    // Host names have no underscore, but some senders' domains do, and DNS allows it.
    private static readonly SearchValues<char> LabelCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    private static readonly IdnMapping Idn = new() { AllowUnassigned = false, UseStd3AsciiRules = false };

    /// <summary>
    /// The domain in canonical form: lower case, A-labels, no final dot; or a literal in brackets
    /// with its address in canonical form. Null when malformed.
    /// </summary>
    /// <param name="anyHyphens">
    /// Labels may begin and end with a hyphen. DNS has such names, although RFC 1123 §2.1 forbids them for hosts.
    /// </param>
    public static string? Canonical(ReadOnlySpan<char> text, bool anyHyphens = false)
    {
        // DNS writes absolute names with a final dot, and some mailers copy it.
        if (text is [not '.', .., '.'])
            text = text[..^1];
        if (text.Length is 0 or > LongestDomain)
            return null;
        if (text[0] == '[')
            return Literal(text);
        if (System.Text.Ascii.IsValid(text))
            return IsName(text, anyHyphens) ? Lower(text) : null;
        // With full-width and similar dots we could read a name differently from DNS.
        return ToAscii(text.ToString()) is { } ascii && ascii.Length <= LongestDomain && IsName(ascii, anyHyphens) ? Lower(ascii) : null;
    }

    private static string Lower(ReadOnlySpan<char> text) =>
        text.ContainsAnyInRange('A', 'Z') ? text.ToString().ToLowerInvariant() : text.ToString();

    /// <summary>
    /// A label that begins like an A-label but does not decode (a fake A-label, RFC 5890
    /// §2.3.1) is kept as it is, because DNS has such names.
    /// </summary>
    private static bool IsName(ReadOnlySpan<char> name, bool anyHyphens)
    {
        foreach (var range in name.Split('.'))
        {
            var label = name[range];
            if (label.Length is 0 or > LongestLabel || label.ContainsAnyExcept(LabelCharacters))
                return false;
            if (!anyHyphens && (label[0] == '-' || label[^1] == '-'))
                return false;
        }
        return true;
    }

    private static string? ToAscii(string name)
    {
        try
        {
            return Idn.GetAscii(name);
        }
        catch (ArgumentException)
        {
            // The mapping reports failure only by this exception. It also fails for the whole name when
            // one label is a fake A-label or ends with a hyphen.
            return LabelsToAscii(name);
        }
    }

    private static string? LabelsToAscii(string name)
    {
        try
        {
            return string.Join('.', name.Split('.').Select(label => System.Text.Ascii.IsValid(label) ? label : Idn.GetAscii(label)));
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
            return Version6(inner[V6.Length..]);
        // Without its tag the literal is still unambiguous.
        return IsDottedQuad(inner) ? text.ToString() : inner.Contains(':') ? Version6(inner) : null;
    }

    private static string? Version6(ReadOnlySpan<char> address) =>
        IpAddressText.TryParseIpv6(address, out var ip) ? $"[IPv6:{ip}]" : null;

    /// <summary>
    /// Four decimal numbers. Other forms that inet_aton accepts (<c>1.2</c>,
    /// <c>0x7f.1</c>, octal) mean different hosts to different parsers.
    /// </summary>
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
