namespace InboundBridge.Smtp.Protocol;

/// <summary>The body types of RFC 6152 and RFC 3030.</summary>
public enum SmtpBodyType
{
    SevenBit,
    EightBitMime,
    BinaryMime,
}

/// <summary>How much of the message a failure notice returns (RFC 3461 §4.3).</summary>
public enum DsnReturn
{
    Unspecified,
    Full,
    Headers,
}

/// <summary>MAIL FROM with its parameters. Only the syntax has been checked.</summary>
/// <param name="ReversePath">Null for the null reverse-path <c>&lt;&gt;</c>.</param>
public sealed record MailCommand(SmtpAddress? ReversePath)
{
    /// <summary>
    /// RFC 1870: octets as declared by the client. Used only to refuse early; the limit is enforced on the octets that come.
    /// </summary>
    public long? Size { get; init; }

    public SmtpBodyType Body { get; init; }

    public bool SmtpUtf8 { get; init; }

    public DsnReturn Return { get; init; }

    /// <summary>RFC 3461 §4.4, xtext decoded; null when absent.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>RFC 4954 §5, xtext decoded; <c>&lt;&gt;</c> as given; null when absent.</summary>
    public string? AuthorizedAs { get; init; }

    /// <summary>RFC 8689.</summary>
    public bool RequireTls { get; init; }

    /// <summary>RFC 3865 SOLICIT keywords, comma separated as given; null when absent.</summary>
    public string? Solicit { get; init; }
}
