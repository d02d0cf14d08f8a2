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

    /// <summary>The name of the rule that made one of its deliveries, the whole of it.</summary>
    public string? Rule { get; init; }

    /// <summary>Received at or after.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Received before.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Asks for something of the deliveries: one delivery must have all of it.</summary>
    internal bool IsAboutDeliveries => Tag is not null || State is not null || Rule is not null;

    /// <summary>Whether the record of a message is one of those; what is asked of its deliveries is left open.</summary>
    internal bool Matches(SpooledMessage message) =>
        WasReceived(message.ReceivedAt) && Contains(message.Envelope.Sender, Sender) && Contains(message.Subject, Subject)
        && (string.IsNullOrEmpty(Recipient) || message.Envelope.Recipients.Any(recipient => Contains(recipient.Address, Recipient)));

    /// <summary>Whether a message that came at that time is one of those.</summary>
    internal bool WasReceived(DateTimeOffset time) => !(time < Since) && !(time >= Before);

    private static bool Contains(string? text, string? wanted) =>
        string.IsNullOrEmpty(wanted) || (text is not null && text.Contains(wanted, StringComparison.OrdinalIgnoreCase));
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
/// <param name="Searched">Set on a page that is short because its work is bounded: everything newer was looked at.</param>
public sealed record SpoolPage<T>(IReadOnlyList<T> Items, string? Next, DateTimeOffset? Searched = null);
