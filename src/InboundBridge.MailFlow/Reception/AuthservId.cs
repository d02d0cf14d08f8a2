using System.Buffers;
using System.Text;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Reception;

/// <summary>Reads who speaks in an Authentication-Results field (RFC 8601 §2.2): <c>[CFWS] authserv-id …</c>.</summary>
internal static class AuthservId
{
    /// <summary>RFC 2045 §5.1: tspecials and white space.</summary>
    private static readonly SearchValues<byte> EndsToken = SearchValues.Create(" \t\r\n()<>@,;:\\\"/[]?="u8);

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
