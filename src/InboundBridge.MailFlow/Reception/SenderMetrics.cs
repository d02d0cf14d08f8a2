using System.Collections.Concurrent;
using InboundBridge.MailFlow.Metrics;
using Prometheus;

namespace InboundBridge.MailFlow.Reception;

/// <summary>What the checks of the sender's side say, and how long they take. Labels: methods and results, both from fixed lists.</summary>
public sealed class SenderMetrics(MetricRegistry registry)
{
    private readonly CounterSeries _results = registry.Counter(
        "authentication_results_total", "Answers of the checks of the sender by method", "method", "result");

    private readonly HistogramSeries _seconds = registry.Histogram(
        "authentication_seconds", "Time from the question to the answer of a check", HistogramBuckets.PeerSeconds, "method");

    private readonly ConcurrentDictionary<(string Method, string Result), Counter.Child> _counters = new();
    private readonly ConcurrentDictionary<string, IObserver> _observers = new(StringComparer.Ordinal);

    internal void Said(string method, string result) =>
        _counters.GetOrAdd((method, result), static (key, results) => results.With(key.Method, key.Result), _results).Inc();

    internal void Took(string method, TimeSpan elapsed) =>
        _observers.GetOrAdd(method, static (name, seconds) => seconds.With(name), _seconds).Observe(elapsed.TotalSeconds);
}
