namespace InboundBridge.Smtp.Protocol;

/// <summary>
/// A mailbox of the envelope in canonical form (RFC 5321 §4.1.2, RFC 6531 §3.3): the local part without quotes and with its case kept, the
/// domain in lower case with A-labels or an address literal in brackets, and no source route.
/// </summary>
/// <param name="LocalPart">Without quotes; may hold any printable character, and UTF-8 when the client asked for SMTPUTF8.</param>
/// <param name="Domain">Lower case; empty only for <c>&lt;postmaster&gt;</c> (RFC 5321 §4.5.1).</param>
public sealed record SmtpAddress(string LocalPart, string Domain)
{
    /// <summary>The mailbox as it is sent, without angle brackets; the local part is quoted if necessary.</summary>
    public override string ToString()
    {
        var local = NeedsQuotes(LocalPart) ? Quote(LocalPart) : LocalPart;
        return Domain.Length == 0 ? local : $"{local}@{Domain}";
    }

    /// <summary>Takes apart what <see cref="ToString"/> wrote. Of text that has no at sign, everything is the local part.</summary>
    public static SmtpAddress FromText(string mailbox)
    {
        var at = mailbox.LastIndexOf('@');
        var (local, domain) = at < 0 ? (mailbox, string.Empty) : (mailbox[..at], mailbox[(at + 1)..]);
        return new SmtpAddress(local is ['"', .., '"'] ? Unquote(local[1..^1]) : local, domain);
    }

    /// <summary>The local part requires SMTPUTF8. The domain never does, because it has A-labels.</summary>
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

    private static string Unquote(string quoted)
    {
        if (!quoted.Contains('\\', StringComparison.Ordinal))
            return quoted;
        var local = new System.Text.StringBuilder(quoted.Length);
        for (var index = 0; index < quoted.Length; index++)
        {
            if (quoted[index] == '\\' && index + 1 < quoted.Length)
                index++;
            local.Append(quoted[index]);
        }
        return local.ToString();
    }
}
