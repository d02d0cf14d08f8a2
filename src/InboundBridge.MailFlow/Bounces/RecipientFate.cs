using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Bounces;

/// <summary>What a bounce says of one recipient.</summary>
/// <param name="Recipient">As the sender named it. A rule may have rewritten the address; the sender is never shown the other one.</param>
/// <param name="Action">Of RFC 3464 §2.3.3.</param>
/// <param name="Status">Of RFC 3463.</param>
/// <param name="Reply">What was answered, cleaned; null where nothing was, or where the sender must not see it.</param>
/// <param name="Host">Who answered; null where nobody did, where it was us, and for a socket of this machine.</param>
internal sealed record RecipientFate(MailRecipient Recipient, string Action, string Status, string? Reply, string? Host);
