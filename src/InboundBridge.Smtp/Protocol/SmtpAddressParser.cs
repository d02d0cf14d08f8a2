namespace InboundBridge.Smtp.Protocol;

/// <summary>Parses mailboxes from the command line, HTTP and the configuration with the grammar of SMTP.</summary>
public static class SmtpAddressParser
{
    /// <summary>
    /// Parses <c>user@example.com</c> with or without angle brackets; UTF-8 is allowed. False for
    /// anything else, including the null path <c>&lt;&gt;</c>.
    /// </summary>
    public static bool TryParse(string text, out SmtpAddress? address)
    {
        var rest = text.AsSpan().Trim();
        if (!rest.StartsWith('<'))
            return SmtpPath.TryParseMailbox(rest, out address, out _);
        return SmtpPath.TryRead(ref rest, SmtpAddressSyntax.Standard, out address, out _) && rest.IsEmpty && address is not null;
    }
}
