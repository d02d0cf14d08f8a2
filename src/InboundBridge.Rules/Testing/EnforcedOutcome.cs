using InboundBridge.Rules.Facts;

namespace InboundBridge.Rules.Testing;

/// <summary>What a check outside of the rules does with the mail of a rule test.</summary>
/// <param name="Text">For people, as a sentence: <c>authentication.spf (enforce) answers 550 5.7.23 …</c>.</param>
/// <param name="Hint">What the author of the test can do.</param>
/// <param name="Stage">When it refuses the mail. Rules that refuse it at an earlier stage come first.</param>
public sealed record EnforcedOutcome(string Text, string Hint, RuleStage Stage)
{
    /// <summary>The rules decide, but what they deliver is held for an operator. Otherwise no rule sees the mail.</summary>
    public bool Holds { get; init; }
}

/// <summary>Says what checks outside of the rules do with a mail; null: they leave it to the rules.</summary>
/// <param name="given">The facts that the test gives. A check that it gives no fact of was not asked.</param>
/// <param name="recipients">All recipients of the mail.</param>
public delegate EnforcedOutcome? RuleTestEnforcement(IReadOnlyDictionary<Fact, FactValue> given, IReadOnlyList<string> recipients);
