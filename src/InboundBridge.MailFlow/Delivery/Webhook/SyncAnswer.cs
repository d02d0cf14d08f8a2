namespace InboundBridge.MailFlow.Delivery.Webhook;

/// <summary>What a synchronous webhook made of a mail.</summary>
/// <param name="Text">For the sender's 554 where the receiver gave a reason, printable ASCII; else empty.</param>
/// <param name="Reply">For the delivery's history.</param>
public sealed record SyncAnswer(SyncVerdict Verdict, string Text, string Reply);

public enum SyncVerdict
{
    /// <summary>250; the delivery is done.</summary>
    Delivered,

    /// <summary>250; the receiver wants nothing of it.</summary>
    Discarded,

    /// <summary>554 5.7.1 with <see cref="SyncAnswer.Text"/>.</summary>
    Reject,

    /// <summary>451 4.3.0: the sender tries again.</summary>
    Defer,

    /// <summary>250 once it is durable; the queue delivers it (no answer: it may or may not have arrived, the webhook-id tells the receiver).</summary>
    Queue,
}
