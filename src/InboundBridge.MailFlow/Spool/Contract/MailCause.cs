namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>Why a mail of our own exists: the message that it tells its sender about (docs/bounces.md).</summary>
/// <param name="MessageId">The message. Its record may be gone before that of the mail about it.</param>
/// <param name="DeliveryId">The delivery of that message whose fate is told.</param>
/// <param name="Reason"><c>failed</c>, <c>expired</c>, <c>refused</c>, <c>delayed</c>, <c>relayed</c> or <c>delivered</c>.</param>
/// <param name="Recipients">The recipients that it is about, as the sender named them.</param>
public sealed record MailCause(string MessageId, string DeliveryId, string Reason, IReadOnlyList<string> Recipients);
