namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>Everything that follows from one attempt, recorded in one transaction or not at all.</summary>
public sealed record DeliveryCompletion
{
    /// <summary>
    /// The delivery as it is from now on: state, attempts, next attempt, end, last reply and (where told) recipients are written; the rest
    /// never changes.
    /// </summary>
    public required SpooledDelivery Delivery { get; init; }

    /// <summary>The attempt, when it did not end the delivery well; null otherwise, and when no attempt was made.</summary>
    public FailedAttempt? Attempt { get; init; }

    /// <summary>True when the attempt left fewer recipients to the delivery.</summary>
    public bool RecipientsChanged { get; init; }

    /// <summary>
    /// New deliveries of the same message: recipients that fared differently, a delivery handed to the destination of <c>on_failure</c>.
    /// </summary>
    public IReadOnlyList<SpooledDelivery> Added { get; init; } = [];

    /// <summary>New messages that follow from it (bounces), with their deliveries.</summary>
    public IReadOnlyList<NewMail> FollowUps { get; init; } = [];
}

/// <param name="Started">When the attempt began.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Outcome"><c>retry</c>, <c>failed</c>, <c>discarded</c>, <c>paused</c>, <c>partial</c> or <c>error</c>.</param>
/// <param name="Reply">What the destination answered.</param>
public sealed record FailedAttempt(int Number, DateTimeOffset Started, TimeSpan Duration, string Outcome, DeliveryReply Reply);

/// <summary>A message that is ready to be committed. Sealed; the spool owns it once the commit has succeeded.</summary>
public sealed record NewMail(StagedMessage Staged, SpooledMessage Message, IReadOnlyList<SpooledDelivery> Deliveries);
