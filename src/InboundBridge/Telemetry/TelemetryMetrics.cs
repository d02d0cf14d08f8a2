using InboundBridge.MailFlow.Metrics;
using Prometheus;

namespace InboundBridge.Telemetry;

/// <summary>Counts what the collector took and what it did not take, and what did not even come to it.</summary>
internal sealed class TelemetryMetrics
{
    private readonly CounterSeries _exports;
    private readonly CounterSeries _dropped;

    public TelemetryMetrics(MetricRegistry metrics)
    {
        _exports = metrics.Counter("telemetry_exports_total", "Batches for the collector of telemetry", "signal", "outcome");
        _dropped = metrics.Counter("telemetry_dropped_total", "Spans and log records that found the queue for the collector full", "signal");
    }

    public Counter.Child Of(string signal, bool isTaken) => _exports.FromZero(signal, isTaken ? "taken" : "failed");

    public Counter.Child Dropped(string signal) => _dropped.FromZero(signal);
}
