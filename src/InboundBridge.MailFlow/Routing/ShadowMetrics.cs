using System.Diagnostics.Metrics;

namespace InboundBridge.MailFlow.Routing;

/// <summary>Metrics of shadow rules. The label value is the name of a rule of one of the two sets.</summary>
public sealed class ShadowMetrics
{
    private readonly Counter<long> _divergence;
    private readonly Counter<long> _skipped;

    public ShadowMetrics(Meter meter)
    {
        _divergence = meter.CreateCounter<long>("rules_shadow_divergence_total",
            description: "Recipients for whom the shadow rules say something else");
        _skipped = meter.CreateCounter<long>("rules_shadow_skipped_total",
            description: "Mails that the shadow rules were not asked about: too many at once, or gone too soon");
    }

    internal void Diverged(string rule) => _divergence.Add(1, new KeyValuePair<string, object?>("rule", rule));

    internal void Skipped() => _skipped.Add(1);
}
