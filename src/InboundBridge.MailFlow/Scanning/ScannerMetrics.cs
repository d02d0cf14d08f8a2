using InboundBridge.MailFlow.Metrics;
using Prometheus;

namespace InboundBridge.MailFlow.Scanning;

/// <summary>The metrics of scanners. Label: <c>rspamd</c>, <c>clamav</c> or <c>signatures</c>.</summary>
public sealed class ScannerMetrics
{
    public ScannerMetrics(MetricRegistry registry)
    {
        var seconds = registry.Histogram(
            "scanner_seconds", "From the question to the answer of a scanner, or to the end of the wait for it", HistogramBuckets.Seconds,
            "scanner");
        var unavailable = registry.Counter("scanner_unavailable_total", "Scans that got no answer", "scanner");
        (Rspamd, Clamav, Signatures) = (Series("rspamd"), Series("clamav"), Series("signatures"));

        ScannerSeries Series(string scanner) => new(seconds.With(scanner), unavailable.FromZero(scanner));
    }

    internal ScannerSeries Rspamd { get; }

    internal ScannerSeries Clamav { get; }

    internal ScannerSeries Signatures { get; }
}
