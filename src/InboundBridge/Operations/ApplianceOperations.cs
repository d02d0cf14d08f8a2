using InboundBridge.Operations.Deliveries;
using InboundBridge.Operations.Destinations;
using InboundBridge.Operations.Mails;
using InboundBridge.Operations.Messages;
using InboundBridge.Operations.Nodes;
using InboundBridge.Operations.Publishing;
using InboundBridge.Operations.Reading;
using InboundBridge.Operations.Reasons;
using InboundBridge.Operations.Refusals;
using InboundBridge.Operations.Replaying;
using InboundBridge.Operations.RuleTexts;
using InboundBridge.Operations.Status;
using InboundBridge.Operations.Traffic;

namespace InboundBridge.Operations;

/// <summary>
/// Everything that the HTTP API and the UI can do with a running appliance. Each operation checks the principal's role, acts, and writes
/// the audit line. Callers only translate requests and results.
/// </summary>
internal sealed record ApplianceOperations(
    MessageOperations Messages,
    DeliveryOperations Deliveries,
    DestinationOperations Destinations,
    NodeOperations Nodes,
    RuleOperations Rules,
    RuleTextOperations RuleTexts,
    ReplayOperations Replays,
    ExplainOperation Explaining,
    SubmitOperation Submitting,
    StatusOperations Status,
    EventOperations Events,
    RefusalOperations Refusals,
    TrafficOperations Traffic,
    ReadingOperations Reading,
    ReasonOperations Reasons,
    PublishingOperations Publishing,
    DestinationNames Names);
