namespace InboundBridge.Smtp.Protocol;

/// <summary>Which addresses MAIL and RCPT accept.</summary>
public enum SmtpAddressSyntax
{
    /// <summary>
    /// RFC 5321 §4.1.2 and harmless deviations: a dot after the domain, an IPv6 literal without its tag, underscores, labels that look like
    /// A-labels and are not.
    /// </summary>
    Standard,

    /// <summary>
    /// Also accepts what old devices and some mobile carriers send: dots anywhere in a local part, local parts of up to 255 octets, paths
    /// without angle brackets, labels that begin or end with a hyphen.
    /// </summary>
    Lenient,
}
