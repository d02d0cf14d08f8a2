namespace InboundBridge.Smtp.Protocol;

/// <summary>On which events the sender wants a notification for this recipient (RFC 3461 §4.1).</summary>
[Flags]
public enum DsnNotify
{
    /// <summary>The parameter is absent: notify of a failure, and of a delay if the server chooses to.</summary>
    Unspecified = 0,
    Never = 1,
    Success = 2,
    Failure = 4,
    Delay = 8,
}

/// <summary>RCPT TO with its parameters. Only the syntax has been checked.</summary>
public sealed record RcptCommand(SmtpAddress Recipient)
{
    public DsnNotify Notify { get; init; }

    /// <summary>RFC 3461 §4.2 in the form <c>rfc822;address</c>, xtext decoded; null when absent.</summary>
    public string? OriginalRecipient { get; init; }
}
