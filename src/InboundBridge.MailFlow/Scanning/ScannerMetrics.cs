using InboundBridge.MailFlow.Metrics;
using Prometheus;

namespace InboundBridge.MailFlow.Scanning;

/// <summary><c>scanner_seconds</c> by scanner: <c>rspamd</c>, <c>clamav</c>.</summary>
public sealed class ScannerMetrics
{
    public ScannerMetrics(MetricRegistry registry)
    {
        var seconds = registry.Histogram(
            "scanner_seconds", "From the question to the answer of a scanner, or to the end of the wait for it", HistogramBuckets.Seconds,
            "scanner");
        (Rspamd, Clamav) = (seconds.With("rspamd"), seconds.With("clamav"));
    }

    internal IObserver Rspamd { get; }

    internal IObserver Clamav { get; }
}
