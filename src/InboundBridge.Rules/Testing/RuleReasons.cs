using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Explaining;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.State;

namespace InboundBridge.Rules.Testing;

/// <summary>
/// Explains why rules did or did not match in a test: names each decisive condition, with its pattern and the value that it looked at.
/// </summary>
internal sealed class RuleReasons(RuleExplanation explanation, MessageFacts facts, DateTimeOffset now)
{
    /// <summary>Rules that are explained for one failure.</summary>
    private const int MostRules = 2;

    private const int MostConditions = 4;

    public string Of(FailedExpectation failed)
    {
        if (failed.IsAboutRequest)
            return string.Empty;
        var said = failed.Wanted.Select(Why).OfType<string>().Take(MostRules).ToList();
        if (said.Count == 0 && explanation.Decision.Rule is { } decided && Find(decided) is { } rule)
            said.Add($"rule '{decided}' matched: {Settled(rule.When, true)}");
        if (said.Count == 0)
            said.Add($"no rule matched{Seen()}");
        return $"; {string.Join("; ", said)}";
    }

    /// <summary>What the checks say about the test's mail, where they were asked.</summary>
    private string Seen()
    {
        var seen = new List<string>();
        foreach (var fact in Fact.All.Where(fact => fact.Source.Origin == FactOrigin.Check))
        {
            var value = facts.Get(fact);
            if (value is { IsKnown: true, Shape: not FactShape.Absent } && FactText.Describe(value) is var text
                && text != FactText.Describe(fact.ValueUnlessAsked))
                seen.Add($"{fact} '{text}'");
        }
        return seen.Count == 0 ? string.Empty : $", with {string.Join(", ", seen)}";
    }

    private ExplainedRule? Find(string name) => explanation.Rules.FirstOrDefault(rule => rule.Name == name);

    private string? Why(Rule rule)
    {
        if (Find(rule.Name) is not { } explained)
            return null;
        return explained.Outcome switch
        {
            RuleOutcome.Disabled => $"rule '{rule.Name}' is switched off (enabled: false)",
            RuleOutcome.NotMatched => $"rule '{rule.Name}' did not match: {Settled(explained.When, false)}",
            RuleOutcome.OtherRecipient => $"rule '{rule.Name}' did not match: {Settled(Ask(rule), false)}",
            RuleOutcome.NotReached when explanation.Decision.Rule is { } above && Find(above) is { } ended =>
                $"rule '{rule.Name}' was not reached, because rule '{above}' matched: {Settled(ended.When, true)}",
            RuleOutcome.NotReached => $"rule '{rule.Name}' was not reached",
            RuleOutcome.Open => $"rule '{rule.Name}' was not needed: the refusal was certain without it",
            _ => null,
        };
    }

    /// <summary>The index excluded the rule, so its conditions are evaluated here.</summary>
    private ExplainedCondition Ask(Rule rule)
    {
        var state = EvaluationState.Rent(facts, new RuleRecipient(explanation.Recipient), now);
        var trace = new EvaluationTrace();
        state.Trace = trace;
        rule.When.Evaluate(state);
        state.Return();
        return RuleExplainer.Explain(rule.When, trace);
    }

    private static string Settled(ExplainedCondition when, bool truth)
    {
        var settled = Leaves(when, truth).Take(MostConditions).ToList();
        return settled.Count == 0 ? "it has no conditions" : string.Join(", ", settled);
    }

    private static IEnumerable<string> Leaves(ExplainedCondition condition, bool truth)
    {
        var answer = truth ? ConditionAnswer.True : ConditionAnswer.False;
        if (condition.Answer != answer)
            return [];
        if (condition.Label == "not" && condition.Pattern is null)
            return condition.Children.SelectMany(child => Leaves(child, !truth)).Select(leaf => $"not ({leaf})");
        if (condition.Children.Count > 0)
            return condition.Children.SelectMany(child => Leaves(child, truth));
        return condition.Pattern is null ? []
            : [$"{condition.Label} asks for {condition.Pattern} and saw {Saw(condition.Actual)}"];
    }

    private static string Saw(string? actual) => actual switch
    {
        null => "nothing",
        FactText.NoValue => "no value",
        FactText.NoAttachments => "no attachments",
        _ => $"'{actual}'",
    };
}
