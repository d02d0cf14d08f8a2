namespace InboundBridge.Smtp.Protocol;

/// <summary>Mailboxes that come from elsewhere than the wire (command line, HTTP, configuration), by the wire's own grammar.</summary>
public static class SmtpAddressParser
{
    /// <summary>Reads <c>user@example.com</c>, with or without angle brackets, UTF-8 allowed; false for anything else, the null path included.</summary>
    public static bool TryParse(string text, out SmtpAddress? address)
    {
        var rest = text.AsSpan().Trim();
        if (!rest.StartsWith('<'))
            return SmtpPath.TryParseMailbox(rest, out address, out _);
        return SmtpPath.TryRead(ref rest, SmtpAddressSyntax.Standard, out address, out _) && rest.IsEmpty && address is not null;
    }
}
