using System.Diagnostics.Metrics;
using InboundBridge.Metrics;
using InboundBridge.Setup;

namespace InboundBridge.Hosting.Wiring;

/// <summary>What counts and measures. Made first, so that no measurement of the others is missed.</summary>
internal sealed class MetricsWiring : IAsyncDisposable
{
    public MetricsWiring(ApplianceSetup setup)
    {
        Configuration = new ConfigurationMetrics(ProductVersion.Text);
        Configuration.ConfigurationIs(setup.Options.Version);
    }

    public MetricsCollector Collector { get; } = new();

    public ConfigurationMetrics Configuration { get; }

    public Meter Meter { get; } = new(MetricsCollector.MeterName);

    public ValueTask DisposeAsync()
    {
        Meter.Dispose();
        Configuration.Dispose();
        Collector.Dispose();
        return ValueTask.CompletedTask;
    }
}
