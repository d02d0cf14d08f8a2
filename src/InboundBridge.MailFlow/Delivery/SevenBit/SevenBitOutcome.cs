using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery.SevenBit;

/// <summary>A converted mail, or the reason why there is none. The caller disposes of the mail.</summary>
internal readonly record struct SevenBitOutcome(MailContent? Content, string? Problem);
