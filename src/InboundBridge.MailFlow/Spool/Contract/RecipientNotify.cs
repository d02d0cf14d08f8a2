namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>The events that the sender wants a delivery status notification for (RFC 3461 §4.1).</summary>
[Flags]
public enum RecipientNotify
{
    /// <summary>The sender gave no NOTIFY.</summary>
    Unspecified = 0,
    Never = 1,
    Success = 2,
    Failure = 4,
    Delay = 8,
}
