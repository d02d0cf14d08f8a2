using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Outcomes;

/// <summary>Called for an attempt that leaves recipients waiting; otherwise as <see cref="DeliveryEndedHook"/>.</summary>
public delegate ValueTask<NewMail?> DeliveryWaitsHook(DeliveryWait wait, CancellationToken cancellationToken);
