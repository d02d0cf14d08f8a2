using InboundBridge.MailFlow.Queue.Attempts;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue.Collecting;

/// <summary>
/// Begins collections. A user has one at a time: its mail could not come faster over two, and each would find what the other has left.
/// </summary>
internal sealed class MailCollector(
    OnDemandClaims claims, DestinationScheduler destinations, DeliveryScheduler scheduler, AttemptRunner runner, TimeProvider clock,
    MailQueueOptions options, CollectionMetrics metrics, ILogger log)
{
    /// <summary>How long a receiver waits for the gate. A look at a mail takes milliseconds, unless the disk fails.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HashSet<string> _users = new(StringComparer.Ordinal);

    public AttemptRunner Runner => runner;

    public TimeProvider Clock => clock;

    public MailQueueOptions Options => options;

    public CollectionMetrics Metrics => metrics;

    public ILogger Log => log;

    /// <exception cref="SpoolUnavailableException">The spool can't be read.</exception>
    public async ValueTask<CollectionAnswer> BeginAsync(string user, Predicate<string> collects, CancellationToken cancellationToken)
    {
        if (Enter(user) is { } refusal)
            return Unable(refusal);
        var isBegun = false;
        try
        {
            var search = new CollectionSearch([.. destinations.Destinations.Where(IsCollected)], collects);
            if (await NextAsync(search, cancellationToken) is { } first)
            {
                isBegun = true;
                return new CollectionAnswer.Begun(new MailCollection(this, user, search, first));
            }
            if (search.IsHindered)
                return Unable("a destination is paused, or the disk is busy");
            metrics.Nothing();
            return new CollectionAnswer.Nothing();
        }
        finally
        {
            if (!isBegun)
                Leave(user);
        }
    }

    /// <summary>Begins with the next delivery; null when there is none, or nothing may begin any more.</summary>
    public async ValueTask<BegunDelivery?> NextAsync(CollectionSearch search, CancellationToken cancellationToken)
    {
        while (search.Destination is { } destination)
        {
            if (destination.PauseReason is not null || !await claims.TryEnterAsync(Patience, cancellationToken))
            {
                search.PassBy();
                continue;
            }
            try
            {
                var (begun, seen) = await claims.CollectAsync(destination, search.Collects, search.After);
                search.Saw(seen);
                if (begun is not null)
                    return begun;
            }
            finally
            {
                claims.Leave();
            }
        }
        return null;
    }

    /// <summary>Gives up a delivery with which no attempt was made.</summary>
    public async ValueTask GiveBackAsync(BegunDelivery unused)
    {
        scheduler.AttemptOver(unused.Destination, unused.Queued, CircuitEvidence.None, null);
        scheduler.Settled(unused.Destination, unused.Queued, null);
        await unused.Use.ReleaseAsync();
    }

    public void Leave(string user)
    {
        lock (_users)
            _users.Remove(user);
    }

    /// <summary>Null: the user may collect now.</summary>
    private string? Enter(string user)
    {
        lock (_users)
        {
            if (_users.Count >= options.Collections)
                return $"{options.Collections} users collect their mail already";
            return _users.Add(user) ? null : "the user collects its mail over another connection";
        }
    }

    private CollectionAnswer.Unable Unable(string why)
    {
        metrics.Unable();
        return new CollectionAnswer.Unable(why);
    }

    private static bool IsCollected(DestinationQueue destination) =>
        destination.Options.OnDemand && destination.Target.Target is IOnDemandTarget;
}
