using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Routing;
using InboundBridge.Metrics;
using InboundBridge.Setup;
using InboundBridge.Telemetry;

namespace InboundBridge.Hosting.Wiring;

/// <summary>Where the pieces count and measure. Made first, because all others need it.</summary>
internal sealed class MetricsWiring
{
    public MetricsWiring(ApplianceSetup setup)
    {
        (Registry, Rules) = (setup.Metrics, setup.RuleMetrics);
        Registry.AddProcessFigures();
        // Declares the metrics of telemetry, so that the registry has them where no telemetry is configured too.
        _ = new TelemetryMetrics(Registry);
        Configuration = new ConfigurationMetrics(Registry, ProductVersion.Text);
        Configuration.ConfigurationIs(setup.Options.Version);
    }

    public MetricRegistry Registry { get; }

    public RoutingMetrics Rules { get; }

    public ConfigurationMetrics Configuration { get; }
}
