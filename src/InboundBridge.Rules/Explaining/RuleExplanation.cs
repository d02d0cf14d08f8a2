using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Explaining;

/// <summary>Why a recipient was decided as it was.</summary>
/// <param name="Stage">The first stage at which the decision was certain; the last one that the mail came to where it never was.</param>
/// <param name="Rules">Every rule of the set, in order.</param>
public sealed record RuleExplanation(string Recipient, RuleDecision Decision, RuleStage Stage, IReadOnlyList<ExplainedRule> Rules);

/// <param name="Outcome">What became of the rule.</param>
/// <param name="When">Its conditions with what they saw.</param>
public sealed record ExplainedRule(string Name, SourcePosition Position, RuleOutcome Outcome, ExplainedCondition When, IReadOnlyList<string> Actions);

public enum RuleOutcome
{
    /// <summary><c>enabled: false</c></summary>
    Disabled,

    /// <summary>The index by recipient ruled it out; nothing was asked.</summary>
    OtherRecipient,

    /// <summary>A rule above had ended evaluation.</summary>
    NotReached,

    /// <summary>A condition did not hold.</summary>
    NotMatched,

    Matched,

    /// <summary>It matched and ended evaluation.</summary>
    Decided,

    /// <summary>It depends on facts that are not known.</summary>
    Open,
}

/// <param name="Label">Its key: <c>recipient</c>, <c>all</c>, <c>header X-Loop</c>.</param>
/// <param name="Pattern">As written; null for all, any, not.</param>
/// <param name="Actual">The value it looked at; null when it was skipped.</param>
/// <param name="Answer">Null when it was skipped, since the answer no longer depended on it.</param>
public sealed record ExplainedCondition(string Label, string? Pattern, string? Actual, ConditionAnswer? Answer, IReadOnlyList<ExplainedCondition> Children);

public enum ConditionAnswer
{
    False,
    True,
    Unknown,
}
