namespace InboundBridge.MailFlow.Bounces;

/// <summary>What a bounce tells; the values of <c>bounces_total{reason}</c>.</summary>
internal enum BounceReason
{
    /// <summary>A destination refused the mail for good.</summary>
    Failed,

    /// <summary>A destination did not take it within <c>maximum_age</c>.</summary>
    Expired,

    /// <summary>The rules refused recipients of a mail that was accepted for others.</summary>
    Refused,

    /// <summary>It waits longer than <c>delay_after</c>.</summary>
    Delayed,

    /// <summary>It left to a server that confirms nothing (NOTIFY=SUCCESS).</summary>
    Relayed,

    /// <summary>It is in the mailbox (NOTIFY=SUCCESS).</summary>
    Delivered,
}
