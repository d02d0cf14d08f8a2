namespace InboundBridge.MailFlow.Bounces;

/// <summary>Why a bounce is not sent; the values of <c>bounces_suppressed_total{why}</c>.</summary>
internal enum SuppressedReason
{
    /// <summary>The mail has the null reverse-path: it is a bounce itself (RFC 5321 §4.5.5).</summary>
    NullSender,

    /// <summary>The sender's NOTIFY does not ask for it.</summary>
    NotAsked,

    /// <summary>Nothing confirms the sender.</summary>
    Unauthenticated,

    /// <summary>The mail is a report or an automatic reply, or a delay of mail that a program sent to many.</summary>
    Automatic,

    /// <summary>The sender was told before, or an operator has replayed the mail.</summary>
    Repeated,

    /// <summary>The sender's address or domain has got as many as it may.</summary>
    Limited,

    /// <summary>The sender's address can't be written to.</summary>
    BadAddress,
}
