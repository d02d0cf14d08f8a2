using InboundBridge.MailFlow.Metrics;

namespace InboundBridge.MailFlow.Queue.Collecting;

/// <summary>Counts receivers that came to collect their mail.</summary>
internal sealed class CollectionMetrics(MetricRegistry registry)
{
    private readonly CounterSeries _collections =
        registry.Counter("collections_total", "Requests to collect mail (ATRN): ended, lost, nothing, unable", "outcome");

    /// <summary>The mail was sent, as far as the receiver took it, and the session ended with QUIT.</summary>
    public void Ended() => _collections.With("ended").Inc();

    /// <summary>The connection failed after the roles had turned.</summary>
    public void Lost() => _collections.With("lost").Inc();

    public void Nothing() => _collections.With("nothing").Inc();

    public void Unable() => _collections.With("unable").Inc();
}
