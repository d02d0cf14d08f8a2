using System.Diagnostics.Metrics;
using InboundBridge.Rules;

namespace InboundBridge.MailFlow.Routing;

/// <summary>What the rules do. The label <c>rule</c> is bounded by the rule files.</summary>
public sealed class RoutingMetrics
{
    private readonly Counter<long> _matches;
    private readonly Histogram<double> _seconds;
    private readonly KeyValuePair<string, object?>[] _stages =
        [.. Enum.GetValues<RuleStage>().Select(stage => new KeyValuePair<string, object?>("stage", stage.ToString().ToLowerInvariant()))];

    public RoutingMetrics(Meter meter)
    {
        _matches = meter.CreateCounter<long>("rule_matches_total", description: "Recipients for which a rule's conditions held, once a message.");
        _seconds = meter.CreateHistogram<double>("rule_evaluation_seconds", "s", "Time to evaluate the rules for one recipient.");
    }

    public void Matched(IReadOnlyList<string> rules)
    {
        for (var index = 0; index < rules.Count; index++)
            _matches.Add(1, new KeyValuePair<string, object?>("rule", rules[index]));
    }

    public void Evaluated(RuleStage stage, TimeSpan elapsed) => _seconds.Record(elapsed.TotalSeconds, _stages[(int)stage]);
}
