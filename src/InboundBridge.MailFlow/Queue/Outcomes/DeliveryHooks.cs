namespace InboundBridge.MailFlow.Queue.Outcomes;

/// <summary>
/// Who makes the mails that follow from the outcomes of attempts (bounces). The two questions are asked for every delivered mail, so they
/// must answer at once and without allocating; where they say no, the result is recorded as if there were no hooks.
/// </summary>
public sealed record DeliveryHooks
{
    public static DeliveryHooks None { get; } = new();

    public DeliveryEndedHook? Ended { get; init; }

    public Func<DeliveryEnd, bool> WantsEnd { get; init; } = static _ => true;

    public DeliveryWaitsHook? Waits { get; init; }

    /// <summary>
    /// The age from which on <see cref="Waits"/> has something to tell; null: never. Mail that waits to be collected is looked at then.
    /// </summary>
    public Func<TimeSpan?> WaitsAfter { get; init; } = static () => null;

    public Func<DeliveryWait, bool> WantsWait { get; init; } = static _ => true;
}
