namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>Asks for open deliveries of a destination that nobody has claimed.</summary>
/// <param name="KeepsOrder">
/// False: the earliest next attempt first. True, for a destination that keeps an order: the oldest delivery first, whatever its next
/// attempt; and nothing at all while another owner has a claim on any delivery of the destination, so that one owner alone keeps the order.
/// </param>
/// <param name="Limit">At most so many.</param>
/// <param name="DueBefore">Later deliveries stay unclaimed. A destination that keeps an order ignores this.</param>
public sealed record ClaimRequest(string Destination, bool KeepsOrder, int Limit, DateTimeOffset DueBefore, ClaimTerms Terms);
