using System.Buffers;
using System.Text;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Reception.ForgedResults;

/// <summary>Reads the authserv-id of an Authentication-Results field (RFC 8601 §2.2): <c>[CFWS] authserv-id …</c>.</summary>
internal static class AuthservId
{
    /// <summary>The tspecials of RFC 2045 §5.1 and white space.</summary>
    private static readonly SearchValues<byte> EndsToken = SearchValues.Create(" \t\r\n()<>@,;:\\\"/[]?="u8);

    /// <summary>
    /// Whether a reader could find one of these names in the field. Names that only a lenient reader finds count too: with control
    /// characters or comments inside, or after a quote or comment that has no end.
    /// </summary>
    /// <param name="value">The value after the colon, as far as it is held.</param>
    /// <param name="ids">In lower case with A-labels.</param>
    /// <param name="isCut">The value continues. A name that has not begun by then is hidden on purpose.</param>
    public static bool Claims(ReadOnlySpan<byte> value, IReadOnlyList<string> ids, bool isCut)
    {
        var isRead = TryRead(value, out var id);
        if (isRead && ids.Contains(id, StringComparer.Ordinal))
            return true;
        if (!isRead && isCut)
            return true;
        var bare = Bare(value);
        if (ids.Any(ours => bare.StartsWith(ours, StringComparison.Ordinal)
            && !bare.AsSpan(ours.Length).TrimEnd('.').ContainsAnyExceptInRange('0', '9')))
            return true;
        var isUnreadable = !isRead || id.Length == 0;
        return NamesOne(value, ids)
            || ((isUnreadable || AuthservIdReadings.AreSeveral(value)) && AuthservIdReadings.Name(value, ids, isUnreadable));
    }

    /// <summary>One of the words before the first semicolon is the name: some readers look for it beyond the first word.</summary>
    private static bool NamesOne(ReadOnlySpan<byte> value, IReadOnlyList<string> ids)
    {
        var words = Words(value).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Array.Exists(words, word => ids.Contains(word.Trim('.'), StringComparer.Ordinal));
    }

    /// <summary>
    /// The text before the first semicolon in lower case, without comments, quotes and everything that is not printable ASCII.
    /// </summary>
    private static string Bare(ReadOnlySpan<byte> value) => Head(value, octet =>
        octet is > (byte)' ' and < 0x7F and not ((byte)'"' or (byte)'\\' or (byte)')') ? (char)octet : null);

    /// <summary>The same with a blank for everything that can't be part of a name.</summary>
    private static string Words(ReadOnlySpan<byte> value) => Head(value, octet =>
        char.IsAsciiLetterOrDigit((char)octet) || octet is (byte)'.' or (byte)'-' or (byte)'_' ? (char)octet : ' ');

    private static string Head(ReadOnlySpan<byte> value, Func<byte, char?> keep)
    {
        var head = new StringBuilder();
        var depth = 0;
        foreach (var octet in value)
        {
            if (octet == (byte)';' && depth == 0)
                break;
            depth = octet switch { (byte)'(' => depth + 1, (byte)')' when depth > 0 => depth - 1, _ => depth };
            if (depth == 0 && keep(octet) is { } kept)
                head.Append(char.ToLowerInvariant(kept));
        }
        return head.ToString();
    }

    /// <param name="value">The value after the colon, as far as it has come.</param>
    /// <param name="id">In lower case with A-labels; empty when there is none.</param>
    /// <returns>False when the value ends before or inside the name.</returns>
    public static bool TryRead(ReadOnlySpan<byte> value, out string id)
    {
        id = string.Empty;
        if (!SkipComments(ref value) || value.IsEmpty)
            return false;
        var quoted = value[0] == (byte)'"';
        var name = quoted ? Quoted(value[1..]) : Token(value);
        if (name is null)
            return false;
        id = Canonical(Encoding.UTF8.GetString(name));
        return true;
    }

    /// <summary>
    /// The name with A-labels, because it may be written with U-labels (RFC 8616 §5). A name that is not a domain is returned unchanged.
    /// </summary>
    private static string Canonical(string name)
    {
        name = name.TrimEnd('.');
        return SmtpAddressParser.TryParse($"postmaster@{name}", out var asDomain) ? asDomain!.Domain : name.ToLowerInvariant();
    }

    /// <summary>Skips a comment; false when it has no end.</summary>
    private static bool SkipComments(ref ReadOnlySpan<byte> text)
    {
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case (byte)'(':
                    depth++;
                    break;
                case (byte)')' when depth > 0:
                    depth--;
                    break;
                case (byte)'\\' when depth > 0:
                    i++;
                    break;
                case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                    break;
                default:
                    if (depth > 0)
                        break;
                    text = text[i..];
                    return true;
            }
        }
        text = [];
        return false;
    }

    /// <summary>Reads a quoted string; null when it has no end.</summary>
    private static byte[]? Quoted(ReadOnlySpan<byte> text)
    {
        var name = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == (byte)'"')
                return [.. name];
            if (text[i] == (byte)'\\' && ++i == text.Length)
                return null;
            if (text[i] is not ((byte)'\r' or (byte)'\n'))
                name.Add(text[i]);
        }
        return null;
    }

    /// <summary>Reads a token; null when more of it may follow.</summary>
    private static byte[]? Token(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny(EndsToken);
        return end < 0 ? null : text[..end].ToArray();
    }
}
