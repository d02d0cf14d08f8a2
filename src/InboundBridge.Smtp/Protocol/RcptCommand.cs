namespace InboundBridge.Smtp.Protocol;

/// <summary>When the sender wants to hear of this recipient (RFC 3461 §4.1).</summary>
[Flags]
public enum DsnNotify
{
    /// <summary>Parameter absent: failure, and delay at the server's choice.</summary>
    Unspecified = 0,
    Never = 1,
    Success = 2,
    Failure = 4,
    Delay = 8,
}

/// <summary>RCPT TO with its parameters, parsed and checked for syntax.</summary>
public sealed record RcptCommand(SmtpAddress Recipient)
{
    public DsnNotify Notify { get; init; }

    /// <summary>RFC 3461 §4.2 in the form <c>rfc822;address</c>, xtext decoded; null when absent.</summary>
    public string? OriginalRecipient { get; init; }
}
