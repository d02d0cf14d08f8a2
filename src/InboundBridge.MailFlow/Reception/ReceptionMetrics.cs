using System.Collections.Concurrent;
using InboundBridge.MailFlow.Metrics;
using Prometheus;

namespace InboundBridge.MailFlow.Reception;

/// <summary>The metrics of accepted mail. Refusals are counted by the session that sends the reply.</summary>
public sealed class ReceptionMetrics(MetricRegistry registry)
{
    private readonly ConcurrentDictionary<string, Counter.Child> _listeners = new(StringComparer.Ordinal);

    private readonly CounterSeries _messages = registry.Counter("messages_received_total", "Messages that got 250", "listener");

    private readonly Counter.Child _octets = registry.Counter("messages_received_bytes_total", "Octets of messages that got 250").With();

    private readonly IObserver _size = registry.Histogram("message_size_bytes", "Octets of a message", HistogramBuckets.Octets).With();

    /// <summary>The messages of one listener. A receiver asks once, when its session begins.</summary>
    internal Counter.Child ForListener(string listener) =>
        _listeners.GetOrAdd(listener, static (name, messages) => messages.With(name), _messages);

    internal void Received(Counter.Child listener, long size)
    {
        listener.Inc();
        _octets.Inc(size);
        _size.Observe(size);
    }
}
