using InboundBridge.Operations.Deliveries;
using InboundBridge.Operations.Destinations;
using InboundBridge.Operations.Mails;
using InboundBridge.Operations.Messages;
using InboundBridge.Operations.Replaying;
using InboundBridge.Operations.Status;

namespace InboundBridge.Operations;

/// <summary>
/// All that can be asked of a running appliance, for the HTTP API and the UI: each operation checks the principal's role, acts, and writes
/// the audit line. Callers only translate what they take and show.
/// </summary>
internal sealed record ApplianceOperations(
    MessageOperations Messages,
    DeliveryOperations Deliveries,
    DestinationOperations Destinations,
    RuleOperations Rules,
    ReplayOperations Replays,
    ExplainOperation Explaining,
    SubmitOperation Submitting,
    StatusOperations Status,
    EventOperations Events,
    DestinationNames Names);
