namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>
/// What a list of messages shall hold (docs/api.md); null and empty mean any. Texts match anywhere, ignoring the case of ASCII letters.
/// </summary>
public sealed record MessageFilter
{
    public string? Sender { get; init; }

    public string? Recipient { get; init; }

    public string? Subject { get; init; }

    /// <summary>A tag of one of its deliveries, the whole of it.</summary>
    public string? Tag { get; init; }

    /// <summary>The state of one of its deliveries.</summary>
    public DeliveryState? State { get; init; }

    /// <summary>Received at or after.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Received before.</summary>
    public DateTimeOffset? Before { get; init; }
}

/// <summary>What a list of deliveries, or a change to them, applies to; null means any.</summary>
public sealed record DeliveryFilter
{
    public string? Id { get; init; }

    public string? MessageId { get; init; }

    public string? Destination { get; init; }

    public DeliveryState? State { get; init; }
}

/// <param name="Next">Give it back for the next page; null at the end. Opaque.</param>
public sealed record SpoolPage<T>(IReadOnlyList<T> Items, string? Next);
