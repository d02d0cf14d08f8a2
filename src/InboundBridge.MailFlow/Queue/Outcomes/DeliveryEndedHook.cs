using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Outcomes;

/// <summary>
/// Called for each end. A mail that it returns (a bounce) is committed in one transaction with the end, so that neither is stored without
/// the other. Called again for the same end when the spool failed. An exception is logged, and the end is recorded without a mail.
/// </summary>
public delegate ValueTask<NewMail?> DeliveryEndedHook(DeliveryEnd end, CancellationToken cancellationToken);
