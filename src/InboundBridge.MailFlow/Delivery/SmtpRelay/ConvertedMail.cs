using InboundBridge.MailFlow.Delivery.SevenBit;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery.SmtpRelay;

/// <summary>A mail that was converted for servers that do not take it as it is, or the reason why it was not.</summary>
/// <param name="Outcome">Owns the octets.</param>
/// <param name="Signed">The mail with our signatures on top, as it is sent; null where there is none.</param>
internal readonly record struct ConvertedMail(SevenBitOutcome Outcome, MailContent? Signed);
