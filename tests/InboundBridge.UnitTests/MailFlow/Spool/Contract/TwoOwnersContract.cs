using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Contract;

/// <summary>Two owners that claim deliveries, on two nodes where several nodes can have the store open at a time.</summary>
public abstract class TwoOwnersContract : SpoolContract
{
    protected static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    protected static readonly ClaimTerms A = new("node a", Lifetime);

    protected static readonly ClaimTerms B = new("node b", Lifetime);

    protected static DeliveryClaim ClaimOf(ClaimTerms terms, ClaimedDelivery claimed) =>
        new(claimed.Delivery.Id, terms.Owner, claimed.Fence);

    protected static IEnumerable<string> Ids(ClaimResult result) => result.Claimed.Select(claimed => claimed.Delivery.Id);

    protected static async Task<ClaimResult> ClaimAsync(
        IMailSpool node, ClaimTerms terms, int limit = 100, bool keepsOrder = false, string destination = "hook") =>
        await node.ClaimAsync(new ClaimRequest(destination, keepsOrder, limit, DateTimeOffset.MaxValue, terms), None);

    protected DeliveryCompletion Delivered(SpooledDelivery delivery) =>
        new() { Delivery = delivery with { State = DeliveryState.Delivered, Attempts = delivery.Attempts + 1, EndedAt = Now } };

    protected async Task<CompletionResult> CompleteAsync(
        string id, DeliveryClaim? claim, Func<SpooledDelivery, SpooledDelivery>? change = null, bool keepsClaim = false)
    {
        var delivery = await FindAsync(id);
        var completion = change is null ? Delivered(delivery) : new DeliveryCompletion { Delivery = change(delivery) };
        return await Spool.CompleteAsync(completion with { Claim = claim, KeepsClaim = keepsClaim }, None);
    }
}
