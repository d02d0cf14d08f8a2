using InboundBridge.Rules.Explaining;
using InboundBridge.Rules.Facts;

namespace InboundBridge.Ui.Text;

/// <summary>What pages say about rules and their conditions.</summary>
internal static class RuleWords
{
    /// <summary>Of a rule that was looked at; no other one is shown.</summary>
    public static string Of(RuleOutcome outcome) => outcome switch
    {
        RuleOutcome.Decided => "decides",
        RuleOutcome.Matched => "matches",
        RuleOutcome.NotMatched => "does not match",
        _ => "open",
    };

    public static string Tone(RuleOutcome outcome) => outcome switch
    {
        RuleOutcome.Decided => "decided",
        RuleOutcome.Matched => "matched",
        _ => "passed",
    };

    public static string Of(ConditionAnswer? answer) => answer switch
    {
        ConditionAnswer.True => "true",
        ConditionAnswer.False => "false",
        ConditionAnswer.Unknown => "not known",
        _ => "skipped",
    };

    public static string Tone(ConditionAnswer? answer) => answer switch
    {
        ConditionAnswer.True => "good",
        ConditionAnswer.False => "bad",
        ConditionAnswer.Unknown => "wait",
        _ => "calm",
    };

    public static bool WasLookedAt(RuleOutcome outcome) =>
        outcome is RuleOutcome.Decided or RuleOutcome.Matched or RuleOutcome.NotMatched or RuleOutcome.Open;

    /// <summary>The keys of <c>when</c> are an implicit "all", which is not shown.</summary>
    public static IReadOnlyList<ExplainedCondition> Conditions(ExplainedRule rule) =>
        rule.When is { Label: "all", Pattern: null } ? rule.When.Children : [rule.When];

    public static string Decision(RuleExplanation explanation)
    {
        var decision = explanation.Decision;
        if (!decision.IsCertain)
            return $"The rules are not certain. Missing: {string.Join(", ", decision.MissingFacts.Select(fact => fact.Key))}.";
        var when = explanation.Stage switch
        {
            RuleStage.Recipient => "at RCPT",
            RuleStage.Header => "after the header",
            _ => "after the body",
        };
        var effect = decision.Refusal is { } refusal ? $", which answers {refusal.Code} {refusal.Enhanced} {refusal.Text}" : string.Empty;
        return decision.Rule is { } rule
            ? $"Decided by “{rule}”{effect}; certain {when}."
            : $"No rule decides, so rules.default does; certain {when}.";
    }
}
