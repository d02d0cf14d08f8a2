namespace InboundBridge.Smtp.Protocol;

/// <summary>Which addresses MAIL and RCPT take.</summary>
public enum SmtpAddressSyntax
{
    /// <summary>RFC 5321 §4.1.2, with what does no harm beside it: a dot behind the domain, an IPv6 literal without its tag, underscores, A-labels that decode to nothing.</summary>
    Standard,

    /// <summary>
    /// Also what old devices and some mobile carriers send: dots anywhere in a local part, local parts of up to 255 octets, paths without angle brackets, labels
    /// that begin or end with a hyphen.
    /// </summary>
    Lenient,
}
