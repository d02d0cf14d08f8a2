using System.Diagnostics.Metrics;

namespace InboundBridge.Metrics;

/// <summary><c>build_info</c>, <c>config_version_info</c> and <c>config_reloads_total</c>.</summary>
internal sealed class ConfigurationMetrics : IDisposable
{
    private readonly Meter _meter = new(MetricsCollector.MeterName);
    private readonly Counter<long> _reloads;
    private string? _configurationVersion;

    public ConfigurationMetrics(string productVersion)
    {
        _reloads = _meter.CreateCounter<long>("config_reloads_total", description: "Reloads of the configuration by outcome");
        _meter.CreateObservableGauge(
            "build_info", () => new Measurement<int>(1, Tag("version", productVersion)), description: "The program that runs; always 1");
        _meter.CreateObservableGauge("config_version_info", Version, description: "The configuration in force; always 1");
    }

    public void ConfigurationIs(string version) => Volatile.Write(ref _configurationVersion, version);

    /// <param name="applied">False: the new one had problems, and the old one stays.</param>
    public void Reloaded(bool applied) => _reloads.Add(1, Tag("outcome", applied ? "applied" : "refused"));

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<int>> Version()
    {
        if (Volatile.Read(ref _configurationVersion) is { } version)
            yield return new Measurement<int>(1, Tag("version", version));
    }

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
