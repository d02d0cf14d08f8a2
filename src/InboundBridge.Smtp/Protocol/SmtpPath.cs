using System.Buffers;
using System.Text;

namespace InboundBridge.Smtp.Protocol;

/// <summary>Parses reverse-paths and forward-paths (RFC 5321 §4.1.2, RFC 6531 §3.3).</summary>
internal static class SmtpPath
{
    /// <summary>RFC 5321 §4.5.3.1.1, in octets.</summary>
    private const int LongestLocalPart = 64;

    /// <summary>
    /// Bounce addresses that encode the recipient are often longer than the RFC allows; most programs accept this length.
    /// </summary>
    private const int LongestLenientLocalPart = 255;

    /// <summary>
    /// Forwarders write the original address into the local part (SRS), which is then often longer than the RFC allows. Without these
    /// addresses bounces would not find their way back.
    /// </summary>
    private static readonly string[] LongPrefixes = ["SRS0", "SRS1"];

    private static readonly SearchValues<char> Atext =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~");

    /// <summary>Reads <c>&lt;…&gt;</c> from the start of the text. <paramref name="address"/> is null for <c>&lt;&gt;</c>.</summary>
    public static bool TryRead(ref ReadOnlySpan<char> text, SmtpAddressSyntax syntax, out SmtpAddress? address, out bool nonAscii)
    {
        address = null;
        nonAscii = false;
        var lenient = syntax == SmtpAddressSyntax.Lenient;
        if (text.IsEmpty || text[0] != '<')
            return lenient && TryReadBare(ref text, out address, out nonAscii);
        var rest = text[1..];
        if (!rest.IsEmpty && rest[0] == '>')
        {
            text = rest[1..];
            return true;
        }
        if (!SkipSourceRoute(ref rest) || !TryReadMailbox(ref rest, lenient, out address, out nonAscii) || rest.IsEmpty || rest[0] != '>')
            return false;
        text = rest[1..];
        return true;
    }

    /// <summary>Parses a mailbox without brackets that is the whole text.</summary>
    public static bool TryParseMailbox(ReadOnlySpan<char> text, out SmtpAddress? address, out bool nonAscii) =>
        TryReadMailbox(ref text, lenient: false, out address, out nonAscii) && text.IsEmpty;

    /// <summary>Reads a path without brackets, which ends at the first space.</summary>
    private static bool TryReadBare(ref ReadOnlySpan<char> text, out SmtpAddress? address, out bool nonAscii)
    {
        var end = text.IndexOf(' ');
        var path = end < 0 ? text : text[..end];
        var isMailbox = TryReadMailbox(ref path, lenient: true, out address, out nonAscii) && path.IsEmpty;
        if (isMailbox)
            text = end < 0 ? [] : text[end..];
        return isMailbox;
    }

    /// <summary>RFC 5321 appendix C: a source route is accepted if it is well formed, and ignored.</summary>
    private static bool SkipSourceRoute(ref ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[0] != '@')
            return true;
        var colon = RouteEnd(text);
        if (colon < 0)
            return false;
        var route = text[..colon];
        foreach (var range in route.Split(','))
        {
            var hop = route[range];
            if (hop.IsEmpty || hop[0] != '@' || SmtpDomain.Canonical(hop[1..]) is null)
                return false;
        }
        text = text[(colon + 1)..];
        return true;
    }

    /// <summary>Finds the colon that ends the route, skipping colons inside an IPv6 literal.</summary>
    private static int RouteEnd(ReadOnlySpan<char> text)
    {
        var literal = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == ':' && !literal)
                return i;
            literal = text[i] switch { '[' => true, ']' => false, _ => literal };
        }
        return -1;
    }

    private static bool TryReadMailbox(ref ReadOnlySpan<char> text, bool lenient, out SmtpAddress? address, out bool nonAscii)
    {
        address = null;
        nonAscii = false;
        var rest = text;
        var local = rest is ['"', ..] ? ReadQuoted(ref rest) : ReadDotString(ref rest, lenient);
        if (local is null || Encoding.UTF8.GetByteCount(local) > Longest(local, lenient) || !PeerText.IsClean(local))
            return false;
        var domain = "";
        if (rest is ['@', ..])
        {
            var end = rest[1..].IndexOf('>');
            var given = end < 0 ? rest[1..] : rest[1..(end + 1)];
            if (SmtpDomain.Canonical(given, lenient) is not { } canonical)
                return false;
            nonAscii = !Ascii.IsValid(given);
            domain = canonical;
            rest = rest[(given.Length + 1)..];
        }
        else if (!local.Equals("postmaster", StringComparison.OrdinalIgnoreCase))
        {
            // RFC 5321 §4.5.1: only postmaster may come without a domain.
            return false;
        }
        nonAscii |= !Ascii.IsValid(local);
        address = new SmtpAddress(local, domain);
        text = rest;
        return true;
    }

    private static int Longest(string local, bool lenient) =>
        lenient || Array.Exists(LongPrefixes, prefix => local.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            ? LongestLenientLocalPart : LongestLocalPart;

    private static string? ReadDotString(ref ReadOnlySpan<char> text, bool lenient)
    {
        var length = 0;
        while (length < text.Length && (text[length] == '.' || text[length] >= 0x80 || Atext.Contains(text[length])))
            length++;
        var local = text[..length];
        if (local.IsEmpty)
            return null;
        // SmtpAddress.ToString quotes a local part with misplaced dots when it is sent on.
        if (!lenient && (local[0] == '.' || local[^1] == '.' || local.IndexOf("..", StringComparison.Ordinal) >= 0))
            return null;
        text = text[length..];
        return local.ToString();
    }

    private static string? ReadQuoted(ref ReadOnlySpan<char> text)
    {
        var local = new StringBuilder();
        for (var i = 1; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '"')
            {
                text = text[(i + 1)..];
                return local.ToString();
            }
            if (c == '\\' && (++i >= text.Length || (c = text[i]) >= 0x80))
                return null;
            if (c is < ' ' or '\u007f' || local.Length >= LongestLenientLocalPart)
                return null;
            local.Append(c);
        }
        return null;
    }
}
