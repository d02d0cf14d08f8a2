using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Outcomes;

/// <summary>
/// Asked once for each end. A mail that it returns (a bounce) is committed in the same transaction as the end itself: neither is ever there without the other.
/// May be asked again for the same end when the spool failed. An exception is logged, and the end is recorded without a mail.
/// </summary>
public delegate ValueTask<NewMail?> DeliveryEndedHook(DeliveryEnd end, CancellationToken cancellationToken);
