using Prometheus;

namespace InboundBridge.MailFlow.Metrics;

/// <summary>The series of one gauge that its owner moves up and down.</summary>
public sealed class GaugeSeries
{
    private readonly Gauge _gauge;

    internal GaugeSeries(Gauge gauge) => _gauge = gauge;

    /// <summary>The series of these values; hold it.</summary>
    public Gauge.Child With(params string[] labels) => _gauge.WithLabels(labels);
}
