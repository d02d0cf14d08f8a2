using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Operations.Messages;

/// <summary>A message of a list, with its deliveries.</summary>
public sealed record MessageSummary(SpooledMessage Message, IReadOnlyList<SpooledDelivery> Deliveries);
