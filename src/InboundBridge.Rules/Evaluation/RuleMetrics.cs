using System.Diagnostics.Metrics;
using InboundBridge.Rules.Facts;

namespace InboundBridge.Rules.Evaluation;

/// <summary>Metrics of rules. Label values are rule names and stages.</summary>
internal static class RuleMetrics
{
    private static readonly Meter Meter = new("InboundBridge");
    private static readonly Counter<long> Matches = Meter.CreateCounter<long>("rule_matches_total",
        description: "Recipients for which a rule matched");
    private static readonly Counter<long> Errors = Meter.CreateCounter<long>("rule_errors_total",
        description: "Rules that could not be carried out");
    private static readonly Histogram<double> Seconds =
        Meter.CreateHistogram<double>("rule_evaluation_seconds", "s", "Time of one evaluation for one recipient, scripts included");

    private static readonly KeyValuePair<string, object?>[] Stages =
        [new("stage", "recipient"), new("stage", "header"), new("stage", "body")];

    public static bool IsTimed => Seconds.Enabled;

    public static void Matched(string rule) => Matches.Add(1, new KeyValuePair<string, object?>("rule", rule));

    public static void Failed(string rule) => Errors.Add(1, new KeyValuePair<string, object?>("rule", rule));

    public static void Evaluated(RuleStage stage, TimeSpan elapsed) => Seconds.Record(elapsed.TotalSeconds, Stages[(int)stage]);
}
