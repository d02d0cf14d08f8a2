namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>
/// An operator's change. <see cref="DeliveryTransitions"/> says what it makes of a delivery, and which deliveries it leaves alone.
/// </summary>
public sealed record DeliveryChange
{
    public required DeliveryChangeKind Kind { get; init; }

    public required DeliveryFilter Filter { get; init; }

    /// <summary>The time of the change. Deliveries that are retried or released are due then, and their age counts from then.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// For <see cref="DeliveryChangeKind.Release"/>: the new destination; null keeps the
    /// delivery's own, and leaves alone a delivery without one.
    /// </summary>
    public string? Destination { get; init; }

    /// <summary>
    /// For <see cref="DeliveryChangeKind.Retry"/> and <see cref="DeliveryChangeKind.Release"/>: leaves alone deliveries that would wait for
    /// any other destination; null: for none.
    /// </summary>
    public IReadOnlySet<string>? Configured { get; init; }

    /// <summary>For <see cref="DeliveryChangeKind.Hasten"/>: only deliveries with a recipient in this domain; null for all.</summary>
    public DomainMatch? RecipientDomain { get; init; }

    /// <summary>Only a delivery of this version is changed; null for any. For a change to one delivery as somebody saw it.</summary>
    public long? ExpectedVersion { get; init; }

    /// <summary>Becomes the delivery's last reply; null leaves it.</summary>
    public string? Reason { get; init; }
}

public enum DeliveryChangeKind
{
    /// <summary>Pending, retrying, dead or cancelled → pending, due at once; the schedule starts again.</summary>
    Retry,

    /// <summary>Pending, retrying, held or dead → cancelled.</summary>
    Cancel,

    /// <summary>Held, or refused after the data (dead without a destination) → pending, due at once.</summary>
    Release,

    /// <summary>Pending or retrying and not due yet → due at once; schedule and age are unchanged.</summary>
    Hasten,
}

/// <param name="Changed">The deliveries as they are now.</param>
/// <param name="Next">Cursor of the next step; null when every delivery of the filter was seen.</param>
public sealed record DeliveryChangeResult(IReadOnlyList<SpooledDelivery> Changed, string? Next);

/// <param name="Messages">Messages that were deleted with their deliveries.</param>
/// <param name="Bodies">Messages whose octets were deleted while their record stays.</param>
public readonly record struct PurgeResult(int Messages, int Bodies);
