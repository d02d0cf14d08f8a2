namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>Asks for open deliveries of a destination that nobody has claimed.</summary>
/// <param name="KeepsOrder">
/// False: the earliest next attempt first. True, for a destination that keeps an order: the oldest delivery first, whatever its next
/// attempt; and nothing at all while another owner has a claim on any delivery of the destination, so that one owner alone keeps the order.
/// </param>
/// <param name="Limit">At most so many.</param>
/// <param name="DueBefore">Later deliveries stay unclaimed. A destination that keeps an order ignores this.</param>
public sealed record ClaimRequest(string Destination, bool KeepsOrder, int Limit, DateTimeOffset DueBefore, ClaimTerms Terms)
{
    /// <summary>
    /// Not null, for a receiver that collects its mail (ATRN): only deliveries with a recipient whose address is collected, whenever they
    /// are due. Those that were tried before come first, then the oldest. A request looks at a bounded number of deliveries;
    /// <see cref="ClaimResult.Seen"/> says where the next one goes on.
    /// </summary>
    public Predicate<string>? Collects { get; init; }

    /// <summary><see cref="ClaimResult.Seen"/> of the request before; null for the first one.</summary>
    public string? After { get; init; }
}
