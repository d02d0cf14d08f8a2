using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Spool.Moving;

/// <summary>A message with everything that a spool keeps about it, except its octets, which are streamed.</summary>
/// <param name="Number">Its number in the spool that it comes from. Later messages have higher ones.</param>
/// <param name="HasBody">False: retention or an erasure has removed the octets.</param>
/// <param name="Deliveries">In the order of their making.</param>
internal sealed record MovedMail(long Number, SpooledMessage Message, bool HasBody, IReadOnlyList<MovedDelivery> Deliveries);

/// <param name="Attempts">Those that did not end it well, oldest first.</param>
internal sealed record MovedDelivery(SpooledDelivery Delivery, IReadOnlyList<FailedAttempt> Attempts);

/// <summary>A mail that is about to be stored.</summary>
/// <param name="Staged">Its octets, sealed; null where there are none.</param>
internal sealed record ArrivingMail(MovedMail Mail, StagedMessage? Staged);
