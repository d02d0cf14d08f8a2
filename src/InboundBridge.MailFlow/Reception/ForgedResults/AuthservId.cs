using System.Buffers;
using System.Text;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Reception.ForgedResults;

/// <summary>Reads who speaks in an Authentication-Results field (RFC 8601 §2.2): <c>[CFWS] authserv-id …</c>.</summary>
internal static class AuthservId
{
    /// <summary>RFC 2045 §5.1: tspecials and white space.</summary>
    private static readonly SearchValues<byte> EndsToken = SearchValues.Create(" \t\r\n()<>@,;:\\\"/[]?="u8);

    /// <summary>
    /// Whether a reader could take the field for one of these names'. A name that only a forgiving reader finds counts too: with controls or comments inside,
    /// or behind a quote or comment that has no end.
    /// </summary>
    /// <param name="value">What follows the colon, as far as it is kept.</param>
    /// <param name="ids">Lower case, A-labels.</param>
    /// <param name="isCut">There is more of the value. Where the name is not even begun, it is hidden on purpose.</param>
    public static bool Claims(ReadOnlySpan<byte> value, IReadOnlyList<string> ids, bool isCut)
    {
        var isRead = TryRead(value, out var id);
        if (isRead && ids.Contains(id, StringComparer.Ordinal))
            return true;
        if (!isRead && isCut)
            return true;
        var bare = Bare(value);
        if (ids.Any(ours => bare.StartsWith(ours, StringComparison.Ordinal) && !bare.AsSpan(ours.Length).TrimEnd('.').ContainsAnyExceptInRange('0', '9')))
            return true;
        var said = isRead && id.Length > 0 ? string.Empty : Encoding.Latin1.GetString(value).ToLowerInvariant();
        return ids.Any(ours => said.Contains(ours, StringComparison.Ordinal));
    }

    /// <summary>What stands in front of the first semicolon, without comments, quotes and whatever is no printable ASCII; lower case.</summary>
    private static string Bare(ReadOnlySpan<byte> value)
    {
        var bare = new StringBuilder();
        var depth = 0;
        foreach (var octet in value)
        {
            if (octet == (byte)';' && depth == 0)
                break;
            depth = octet switch { (byte)'(' => depth + 1, (byte)')' when depth > 0 => depth - 1, _ => depth };
            if (depth == 0 && octet is > (byte)' ' and < 0x7F and not ((byte)'"' or (byte)'\\' or (byte)')'))
                bare.Append(char.ToLowerInvariant((char)octet));
        }
        return bare.ToString();
    }

    /// <param name="value">What follows the colon, as far as it is known.</param>
    /// <param name="id">Lower case, A-labels; empty where there is none.</param>
    /// <returns>False: the value ends before the name does, or before it begins.</returns>
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

    /// <summary>RFC 8616 §5: the name may be written in U-labels. What is no domain is itself.</summary>
    private static string Canonical(string name)
    {
        name = name.TrimEnd('.');
        return SmtpAddressParser.TryParse($"postmaster@{name}", out var asDomain) ? asDomain!.Domain : name.ToLowerInvariant();
    }

    /// <summary>False: the comment has no end.</summary>
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

    /// <summary>Null: the quote has no end.</summary>
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

    /// <summary>Null: more of it may follow.</summary>
    private static byte[]? Token(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny(EndsToken);
        return end < 0 ? null : text[..end].ToArray();
    }
}
