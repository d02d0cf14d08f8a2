using InboundBridge.MailFlow.Metrics;
using Prometheus;

namespace InboundBridge.MailFlow.Routing;

/// <summary>The metrics of shadow rules. The label is the name of a rule of either set.</summary>
public sealed class ShadowMetrics(MetricRegistry registry)
{
    private readonly CounterSeries _divergence =
        registry.Counter("rules_shadow_divergence_total", "Recipients for whom the shadow rules say something else", "rule");

    private readonly Counter.Child _skipped = registry
        .Counter("rules_shadow_skipped_total", "Mails that the shadow rules were not asked about: too many at once, or gone too soon")
        .With();

    internal void Diverged(string rule) => _divergence.With(rule).Inc();

    internal void Skipped() => _skipped.Inc();
}
