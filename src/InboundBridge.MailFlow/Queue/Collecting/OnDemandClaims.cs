using InboundBridge.MailFlow.Queue.Attempts;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Collecting;

/// <summary>
/// Claims deliveries that wait to be collected, one at a time: for a receiver that collects them, or for a look at their age. A look holds
/// the gate until it is recorded, so that no receiver passes over a mail that is only being looked at.
/// </summary>
internal sealed class OnDemandClaims(
    IMailSpool spool, ClaimKeeper keeper, DeliveryScheduler scheduler, ClaimTerms terms, SteadyClock time, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>Enters the gate; false when that takes too long.</summary>
    public async ValueTask<bool> TryEnterAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await _gate.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public void Leave() => _gate.Release();

    /// <summary>Inside the gate: begins with the next delivery whose age is to be looked at. Null: there is none.</summary>
    public async ValueTask<BegunDelivery?> DueAsync(DestinationQueue destination)
    {
        await keeper.FlushAsync();
        var now = time.Now;
        var request = new ClaimRequest(destination.Options.Name, KeepsOrder: false, 1, now, terms);
        var result = await spool.ClaimAsync(request, CancellationToken.None);
        return result.Claimed is [var claimed] ? scheduler.Begin(destination, claimed, terms.ExpiryFrom(now)) : null;
    }

    /// <summary>Inside the gate: begins with the next delivery to a receiver, and says where to go on; null at the end.</summary>
    public async ValueTask<(BegunDelivery? Begun, string? Seen)> CollectAsync(
        DestinationQueue destination, Predicate<string> collects, string? after)
    {
        await keeper.FlushAsync();
        var now = time.Now;
        var request = new ClaimRequest(destination.Options.Name, KeepsOrder: false, 1, DateTimeOffset.MaxValue, terms)
        {
            Collects = collects,
            After = after,
        };
        var result = await spool.ClaimAsync(request, CancellationToken.None);
        if (result.Claimed is not [var claimed])
            return (null, result.Seen);
        var begun = scheduler.Begin(destination, claimed, terms.ExpiryFrom(now));
        // Where nothing may begin any more, there is no use in asking for the rest.
        return (begun, begun is null ? null : result.Seen);
    }

    public void Dispose() => _gate.Dispose();
}
