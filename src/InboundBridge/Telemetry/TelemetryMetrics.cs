using InboundBridge.MailFlow.Metrics;
using Prometheus;

namespace InboundBridge.Telemetry;

/// <summary>Counts what the collector took and what it did not take.</summary>
internal sealed class TelemetryMetrics
{
    private readonly CounterSeries _exports;

    public TelemetryMetrics(MetricRegistry metrics) =>
        _exports = metrics.Counter("telemetry_exports_total", "Batches for the collector of telemetry", "signal", "outcome");

    public Counter.Child Of(string signal, bool isTaken) => _exports.FromZero(signal, isTaken ? "taken" : "failed");
}
