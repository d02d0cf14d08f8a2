using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Operations.Deliveries;
using InboundBridge.Operations.Messages;
using InboundBridge.Operations.Reading;
using InboundBridge.Operations.Reasons;

namespace InboundBridge.Ui.Pages.Message;

/// <summary>The page of one message. Its head is always there; of the views only the one that was asked for.</summary>
/// <param name="View">One of <see cref="Views"/>.</param>
public sealed record MessageModel(string View, MessageSummary Head)
{
    public static readonly string[] Views = ["read", "why", "deliveries", "sent", "source"];

    public string Id => Head.Message.Id;

    /// <summary>The octets are gone: deleted by an operator, or by retention.</summary>
    public bool IsGone { get; init; }

    public MailReading? Reading { get; init; }

    public WhyModel? Why { get; init; }

    public DeliveriesModel? Deliveries { get; init; }

    public SentModel? Sent { get; init; }

    public SourceReading? Source { get; init; }
}

/// <param name="Reasons">Null when the octets are gone, so that no rule can be evaluated.</param>
public sealed record WhyModel(MailVerdicts Verdicts, StoredReasons? Reasons, string? ResultsField);

/// <param name="Destinations">Those that a held delivery can be released to.</param>
/// <param name="Bounces">Our own mails about the message.</param>
public sealed record DeliveriesModel(
    IReadOnlyList<DeliveryRecord> Items, IReadOnlyList<string> Destinations, IReadOnlyList<MessageLink> Bounces)
{
    /// <summary>How the destinations are, where a delivery waits for one.</summary>
    public IReadOnlyList<DestinationStatus> Statuses { get; init; } = [];
}

public sealed record MessageLink(string Id, string Text, DateTimeOffset At);
