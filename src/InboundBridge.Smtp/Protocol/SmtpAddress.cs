namespace InboundBridge.Smtp.Protocol;

/// <summary>
/// A mailbox of the envelope in one internal form (RFC 5321 §4.1.2, RFC 6531 §3.3): the local part unquoted and in the case it came in,
/// the domain in lower case with A-labels, or an address literal in brackets. Source routes are gone.
/// </summary>
/// <param name="LocalPart">Unquoted; may hold any printable character, UTF-8 when SMTPUTF8 was asked for.</param>
/// <param name="Domain">Lower case; empty only for <c>&lt;postmaster&gt;</c> (RFC 5321 §4.5.1).</param>
public sealed record SmtpAddress(string LocalPart, string Domain)
{
    /// <summary>The mailbox as it goes on the wire, without angle brackets; the local part is quoted where it must be.</summary>
    public override string ToString()
    {
        var local = NeedsQuotes(LocalPart) ? Quote(LocalPart) : LocalPart;
        return Domain.Length == 0 ? local : $"{local}@{Domain}";
    }

    /// <summary>True when the local part can travel only with SMTPUTF8 (the domain is always an A-label).</summary>
    public bool NeedsSmtpUtf8 => !System.Text.Ascii.IsValid(LocalPart);

    private static bool NeedsQuotes(string local)
    {
        if (local.Length == 0 || local[0] == '.' || local[^1] == '.' || local.Contains("..", StringComparison.Ordinal))
            return true;
        foreach (var c in local)
        {
            if (c < 0x80 && !char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-/=?^_`{|}~.".Contains(c, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    private static string Quote(string local) =>
        $"\"{local.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
