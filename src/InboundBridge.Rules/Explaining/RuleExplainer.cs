using InboundBridge.Rules.Conditions;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.State;

namespace InboundBridge.Rules.Explaining;

/// <summary>Decides like the evaluator, and records every rule and condition that was evaluated. Counts no hits.</summary>
public sealed class RuleExplainer(RuleEvaluator evaluator)
{
    /// <param name="facts">
    /// Everything that is known in the end. <see cref="StagedFacts"/> hides what later stages bring, to find the stage of the decision.
    /// </param>
    public ValueTask<RuleExplanation> ExplainAsync(
        RuleSet set, MessageFacts facts, RuleRecipient recipient, DateTimeOffset now, CancellationToken cancellationToken) =>
        ExplainAsync(set, stage =>
            stage == RuleStage.Body ? facts : new StagedFacts(facts, stage), RuleStage.Body, recipient, now, cancellationToken);

    /// <param name="known">The facts that are known at a stage.</param>
    /// <param name="last">The last stage that the mail reached; <see cref="RuleStage.Recipient"/> where it has no data.</param>
    public async ValueTask<RuleExplanation> ExplainAsync(
        RuleSet set, Func<RuleStage, MessageFacts> known, RuleStage last, RuleRecipient recipient, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        foreach (var stage in RuleStages.InOrder)
        {
            var facts = known(stage);
            var explanation = await ExplainAsync(set, facts, stage, recipient, now, cancellationToken);
            while (!explanation.Decision.IsCertain && await facts.TrySupplyAsync(explanation.Decision.Missing, cancellationToken))
                explanation = await ExplainAsync(set, facts, stage, recipient, now, cancellationToken);
            if (explanation.Decision.IsCertain || stage == last)
                return explanation;
        }
        throw new ArgumentOutOfRangeException(nameof(last), last, null);
    }

    private async ValueTask<RuleExplanation> ExplainAsync(
        RuleSet set, MessageFacts facts, RuleStage stage, RuleRecipient recipient, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var state = EvaluationState.Rent(facts, recipient, now);
        var trace = new EvaluationTrace();
        state.Trace = trace;
        try
        {
            var decision = await evaluator.TraceAsync(set, state, cancellationToken);
            var candidates = state.Candidates.ToHashSet();
            var rules = set.Rules.Select((rule, place) => new ExplainedRule(
                rule.Name, rule.Position, Outcome(rule, trace, decision, candidates.Contains(place)), Explain(rule.When, trace),
                [.. rule.Then.Select(action => action.Label)]));
            return new RuleExplanation(recipient.Address, decision, stage, [.. rules]);
        }
        finally
        {
            state.Return();
        }
    }

    private static RuleOutcome Outcome(Rule rule, EvaluationTrace trace, RuleDecision decision, bool isCandidate)
    {
        if (!rule.Enabled)
            return RuleOutcome.Disabled;
        if (trace.AnswerOfRule(rule) is { } truth)
        {
            return truth switch
            {
                Truth.True => decision.Rule == rule.Name ? RuleOutcome.Decided : RuleOutcome.Matched,
                Truth.False => RuleOutcome.NotMatched,
                _ => RuleOutcome.Open,
            };
        }
        return isCandidate ? RuleOutcome.NotReached : RuleOutcome.OtherRecipient;
    }

    internal static ExplainedCondition Explain(Condition condition, EvaluationTrace trace)
    {
        ConditionAnswer? answer = trace.AnswerOfCondition(condition) switch
        {
            Truth.True => ConditionAnswer.True,
            Truth.False => ConditionAnswer.False,
            Truth.Unknown => ConditionAnswer.Unknown,
            _ => null,
        };
        return new ExplainedCondition(condition.Label, condition.Pattern, answer is null ? null : trace.ActualOf(condition), answer,
            [.. condition.Children.Select(child => Explain(child, trace))]);
    }
}
