using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Explaining;

/// <summary>Why the rules decided so for a recipient.</summary>
/// <param name="Stage">The first stage at which the decision was certain; where it never was, the last stage that the mail reached.</param>
/// <param name="Rules">Every rule of the set, in order.</param>
public sealed record RuleExplanation(string Recipient, RuleDecision Decision, RuleStage Stage, IReadOnlyList<ExplainedRule> Rules);

/// <param name="When">Its conditions, with the values that they looked at.</param>
public sealed record ExplainedRule(string Name, SourcePosition Position, RuleOutcome Outcome, ExplainedCondition When,
    IReadOnlyList<string> Actions);

public enum RuleOutcome
{
    /// <summary><c>enabled: false</c></summary>
    Disabled,

    /// <summary>The index excluded it for this recipient; its conditions were not evaluated.</summary>
    OtherRecipient,

    /// <summary>A rule above had ended evaluation.</summary>
    NotReached,

    /// <summary>A condition did not hold.</summary>
    NotMatched,

    Matched,

    /// <summary>It matched and ended evaluation.</summary>
    Decided,

    /// <summary>It depends on unknown facts.</summary>
    Open,
}

/// <param name="Label">Its key: <c>recipient</c>, <c>all</c>, <c>header X-Loop</c>.</param>
/// <param name="Pattern">As written; null for all, any, not.</param>
/// <param name="Actual">The value that it looked at; null when it was skipped.</param>
/// <param name="Answer">Null when it was skipped, because the result no longer depended on it.</param>
public sealed record ExplainedCondition(string Label, string? Pattern, string? Actual, ConditionAnswer? Answer,
    IReadOnlyList<ExplainedCondition> Children);

public enum ConditionAnswer
{
    False,
    True,
    Unknown,
}
