namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>The result of one attempt with everything that follows from it, recorded in one transaction or not at all.</summary>
public sealed record DeliveryCompletion
{
    /// <summary>
    /// The delivery after the attempt. State, attempts, next attempt, end, last reply and (where <see cref="RecipientsChanged"/>)
    /// recipients are written. <see cref="SpooledDelivery.Version"/> is the version that the attempt began with: the completion is refused
    /// when the stored one differs.
    /// </summary>
    public required SpooledDelivery Delivery { get; init; }

    /// <summary>The claim under which the attempt was made; null when nobody needed one (tests, tools).</summary>
    public DeliveryClaim? Claim { get; init; }

    /// <summary>True: where the delivery stays open, the claim stays too. False: it ends with this completion.</summary>
    public bool KeepsClaim { get; init; }

    /// <summary>The attempt, when it did not deliver; null otherwise, and when no attempt was made.</summary>
    public FailedAttempt? Attempt { get; init; }

    /// <summary>True when the recipients of the delivery changed: fewer of them, or with other replies.</summary>
    public bool RecipientsChanged { get; init; }

    /// <summary>
    /// New deliveries of the same message: recipients with another outcome, or a
    /// delivery handed over to the destination of <c>on_failure</c>.
    /// </summary>
    public IReadOnlyList<SpooledDelivery> Added { get; init; } = [];

    /// <summary>Which of <see cref="Added"/> are claimed as they are added.</summary>
    public NewClaims AddedClaims { get; init; }

    /// <summary>New messages that follow from it (bounces), with their deliveries.</summary>
    public IReadOnlyList<NewMail> FollowUps { get; init; } = [];
}

/// <param name="Started">When the attempt began.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Outcome"><c>retry</c>, <c>failed</c>, <c>discarded</c>, <c>paused</c>, <c>partial</c> or <c>error</c>.</param>
/// <param name="Reply">What the destination answered.</param>
public sealed record FailedAttempt(int Number, DateTimeOffset Started, TimeSpan Duration, string Outcome, DeliveryReply Reply);

/// <summary>A message that is ready to be committed: sealed. After the commit the spool owns its octets.</summary>
public sealed record NewMail(StagedMessage Staged, SpooledMessage Message, IReadOnlyList<SpooledDelivery> Deliveries)
{
    /// <summary>Which of the deliveries are claimed as they are added.</summary>
    public NewClaims Claims { get; init; }

    /// <summary>
    /// For each delivery the attempt that was made before the message was stored and did not deliver it, else null; empty: there was none.
    /// </summary>
    public IReadOnlyList<FailedAttempt?> Attempts { get; init; } = [];
}
