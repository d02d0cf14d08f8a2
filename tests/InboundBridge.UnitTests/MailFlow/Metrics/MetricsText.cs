using System.Text;
using InboundBridge.MailFlow.Metrics;
using Prometheus;

namespace InboundBridge.UnitTests.MailFlow.Metrics;

/// <summary>Reads a registry as a scraper does.</summary>
internal static class MetricsText
{
    public static async Task<string> ReadAsync(MetricRegistry registry, ExpositionFormat format = ExpositionFormat.PrometheusText)
    {
        using var text = new MemoryStream();
        await registry.WriteAsync(text, format, CancellationToken.None);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>The samples of a metric, named without its prefix: the labels and the value of each, as <c>{rule="a"} 1</c>.</summary>
    public static async Task<IReadOnlyList<string>> SamplesAsync(MetricRegistry registry, string name) =>
        [.. (await ReadAsync(registry)).Split('\n')
            .Where(line => line.StartsWith($"inboundbridge_{name}{{", StringComparison.Ordinal)
                || line.StartsWith($"inboundbridge_{name} ", StringComparison.Ordinal))
            .Select(line => line["inboundbridge_".Length..][name.Length..].TrimStart())];
}
