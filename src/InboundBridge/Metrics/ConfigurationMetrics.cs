using InboundBridge.MailFlow.Metrics;

namespace InboundBridge.Metrics;

/// <summary><c>build_info</c>, <c>config_version_info</c> and <c>config_reloads_total</c>.</summary>
internal sealed class ConfigurationMetrics
{
    private readonly CounterSeries _reloads;
    private string? _configurationVersion;

    public ConfigurationMetrics(MetricRegistry registry, string productVersion)
    {
        _reloads = registry.Counter("config_reloads_total", "Reloads of the configuration by outcome", "outcome");
        registry.Observe("build_info", "The program that runs; always 1", ["version"], () => [new MetricReading(1, productVersion)]);
        registry.Observe("config_version_info", "The configuration in force; always 1", ["version"], ReadVersion);
    }

    public void ConfigurationIs(string version) => Volatile.Write(ref _configurationVersion, version);

    /// <param name="applied">False: the new one had problems, and the old one stays.</param>
    public void Reloaded(bool applied) => _reloads.With(applied ? "applied" : "refused").Inc();

    private IEnumerable<MetricReading> ReadVersion() =>
        Volatile.Read(ref _configurationVersion) is { } version ? [new MetricReading(1, version)] : [];
}
