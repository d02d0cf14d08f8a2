using System.Collections.Concurrent;
using InboundBridge.MailFlow.Metrics;
using Prometheus;

namespace InboundBridge.Metrics;

/// <summary>What all listeners share: the metrics themselves, and the series that have no listener among their labels.</summary>
internal sealed class SmtpFamilies(MetricRegistry registry)
{
    private readonly ConcurrentDictionary<(string Stage, string Reason), Counter.Child> _refusals = new();

    private readonly CounterSeries _refused =
        registry.Counter("messages_refused_total", "Connections, senders, recipients and messages refused", "stage", "reason");

    public GaugeSeries Open { get; } = registry.Gauge("smtp_connections_open", "Open SMTP and LMTP connections", "listener");

    public CounterSeries Ended { get; } =
        registry.Counter("smtp_connections_total", "Ended connections by how they ended", "listener", "outcome");

    public CounterSeries Commands { get; } =
        registry.Counter("smtp_commands_total", "Commands by verb and reply", "listener", "verb", "code");

    public CounterSeries Authentications { get; } =
        registry.Counter("smtp_authentications_total", "Attempts to authenticate by outcome", "listener", "outcome");

    public IObserver DataSeconds { get; } = registry
        .Histogram("smtp_data_seconds", "Time from the request for a message to its final reply", HistogramBuckets.PeerSeconds).With();

    /// <summary>Refusals name their reason by a constant of the code, so there are a few dozen.</summary>
    public Counter.Child Refusals(string stage, string reason) =>
        _refusals.GetOrAdd((stage, reason), static (key, family) => family.With(key.Stage, key.Reason), _refused);
}
