using InboundBridge.MailFlow.Metrics;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;
using Prometheus;

namespace InboundBridge.MailFlow.Routing;

/// <summary>The metrics of rules and their scripts.</summary>
public sealed class RoutingMetrics : RuleMetrics
{
    private readonly CounterSeries _matches;
    private readonly CounterSeries _errors;
    private readonly IObserver[] _evaluations;
    private readonly IObserver _scripts;

    public RoutingMetrics(MetricRegistry registry)
    {
        _matches = registry.Counter("rule_matches_total", "Recipients for which a rule matched", "rule");
        _errors = registry.Counter("rule_errors_total", "Rules that could not be carried out", "rule");
        var evaluations = registry.Histogram(
            "rule_evaluation_seconds", "Time of one evaluation for one recipient, scripts included", HistogramBuckets.ShortSeconds,
            "stage");
        _evaluations = [evaluations.With("recipient"), evaluations.With("header"), evaluations.With("body")];
        _scripts = registry
            .Histogram("script_seconds", "Time of one run of a script, including the wait for a worker", HistogramBuckets.ShortSeconds)
            .With();
    }

    public override RuleCounters ForRule(string name) => new Series(this, name);

    public override void Evaluated(RuleStage stage, TimeSpan elapsed) => _evaluations[(int)stage].Observe(elapsed.TotalSeconds);

    /// <param name="elapsed">The wait for a worker included.</param>
    public void ScriptRan(TimeSpan elapsed) => _scripts.Observe(elapsed.TotalSeconds);

    /// <summary>Most rules of a large set never fail, and many never match: their series are made at the first time.</summary>
    private sealed class Series(RoutingMetrics metrics, string rule) : RuleCounters
    {
        private Counter.Child? _matches;
        private Counter.Child? _errors;

        public override void Matched() => (_matches ??= metrics._matches.With(rule)).Inc();

        public override void Failed() => (_errors ??= metrics._errors.With(rule)).Inc();
    }
}
