using InboundBridge.MailFlow.Metrics;
using Prometheus;

namespace InboundBridge.Metrics;

/// <summary><c>build_info</c>, <c>config_version_info</c> and <c>config_reloads_total</c>.</summary>
internal sealed class ConfigurationMetrics
{
    private readonly Counter.Child _applied;
    private readonly Counter.Child _refused;
    private string? _configurationVersion;

    public ConfigurationMetrics(MetricRegistry registry, string productVersion)
    {
        var reloads = registry.Counter("config_reloads_total", "Reloads of the configuration by outcome", "outcome");
        (_applied, _refused) = (reloads.FromZero("applied"), reloads.FromZero("refused"));
        registry.Observe("build_info", "The program that runs; always 1", ["version"], () => [new MetricReading(1, productVersion)]);
        registry.Observe("config_version_info", "The configuration in force; always 1", ["version"], ReadVersion);
    }

    public void ConfigurationIs(string version) => Volatile.Write(ref _configurationVersion, version);

    /// <param name="applied">False: the new one had problems, and the old one stays.</param>
    public void Reloaded(bool applied) => (applied ? _applied : _refused).Inc();

    private IEnumerable<MetricReading> ReadVersion() =>
        Volatile.Read(ref _configurationVersion) is { } version ? [new MetricReading(1, version)] : [];
}
