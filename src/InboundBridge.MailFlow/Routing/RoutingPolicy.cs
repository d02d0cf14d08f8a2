using InboundBridge.Rules.Evaluation;

namespace InboundBridge.MailFlow.Routing;

/// <summary>The rules in force: an immutable snapshot that one transaction keeps from MAIL to its end, so that no message sees half a rule set.</summary>
public sealed record RoutingPolicy
{
    public required RuleSet Rules { get; init; }

    public required RuleEvaluator Evaluator { get; init; }

    public required RulesDefault Default { get; init; }

    /// <summary>Recorded with every message that this policy decides.</summary>
    public required string ConfigVersion { get; init; }

    /// <summary>Null: no second set is tried out.</summary>
    public ShadowRules? Shadow { get; init; }

    /// <summary>A mail that is only tried out: its decisions count as nobody's hits.</summary>
    public bool IsDryRun { get; init; }
}
