using InboundBridge.Rules.Actions;
using InboundBridge.Rules.Conditions;

namespace InboundBridge.Rules.Evaluation;

/// <summary>
/// Goes through the rules for one recipient until the decision is certain, facts are missing, or a script has to run first.
/// A rule that is open ends the run when it could end evaluation; else what it might change is remembered as open, and the run goes on,
/// since a rule further down may refuse whatever that comes to.
/// </summary>
internal static class RuleRun
{
    private static readonly RuleDecision Nothing = new() { IsCertain = true };

    /// <summary>Null: <see cref="EvaluationState.PendingScript"/> has to run; call again with its answer.</summary>
    public static RuleDecision? Advance(RuleSet set, EvaluationState state)
    {
        for (; state.RuleIndex < state.Candidates.Count; state.RuleIndex++)
        {
            var rule = set.Rules[state.Candidates[state.RuleIndex]];
            if (state.ActionIndex < 0)
            {
                switch (Ask(rule, state))
                {
                    case Truth.False:
                        continue;
                    case Truth.Unknown when state.PendingScript is not null:
                        return null;
                    case Truth.Unknown when rule.MayEnd:
                        return Uncertain(state.Missing);
                    case Truth.Unknown:
                        state.Open.Add(rule.Effects, state.Missing);
                        continue;
                }
                state.CommitCaptures();
                state.Matched.Add(rule.Name);
                state.ActionIndex = 0;
            }
            if (!Act(rule, state))
                return state.PendingScript is not null ? null : Uncertain(state.Missing);
            if (state.Errors.Count > 0)
                return Decision(state);
            state.ActionIndex = -1;
            if (rule.MayEnd && (state.Refusal is not null || state.Deliveries.Count > 0) && state.DecidedBy == rule.Name)
                return Ended(state);
        }
        return NoRuleEnded(set, state);
    }

    private static Truth Ask(Rule rule, EvaluationState state)
    {
        state.Missing = FactSet.None;
        state.PendingScript = null;
        state.Patterns.Captures.Clear();
        var truth = rule.When.Evaluate(state);
        // A rule whose texts can't be filled in yet is as open as one whose conditions are.
        if (truth == Truth.True && !rule.Needs.AreKnown(state, rule.Effects.Vars))
            truth = Truth.Unknown;
        if (truth == Truth.True && rule.HasScript && !CanRunScripts(rule, state))
            truth = Truth.Unknown;
        if (truth != Truth.Unknown)
            state.PendingScript = null;
        state.Trace?.Rules[rule] = truth;
        return truth;
    }

    /// <summary>A method of its own: a lambda over the state would cost every rule an allocation.</summary>
    private static bool CanRunScripts(Rule rule, EvaluationState state)
    {
        foreach (var action in rule.Then)
        {
            if (action is ScriptAction script && !script.CanRun(state))
                return false;
        }
        return true;
    }

    /// <summary>False when a script has to run first.</summary>
    private static bool Act(Rule rule, EvaluationState state)
    {
        for (; state.ActionIndex < rule.Then.Count; state.ActionIndex++)
        {
            var action = rule.Then[state.ActionIndex];
            if (action is ScriptAction script && state.AnswerOf(script) is null)
            {
                state.PendingScript = script.Call;
                return false;
            }
            var (refusal, deliveries) = (state.Refusal, state.Deliveries.Count);
            if (action.Apply(state) is { } problem)
            {
                state.Errors.Add(new RuleError(rule.Name, problem));
                return true;
            }
            if (action.Refuses)
                state.Deliveries.Clear();
            if (action.Delivers)
                state.Refusal = null;
            if (action.Refuses || action.Delivers || !ReferenceEquals(refusal, state.Refusal) || deliveries != state.Deliveries.Count)
                state.DecidedBy = rule.Name;
        }
        return true;
    }

    /// <summary>A refusal stands whatever open rules above would have changed; a delivery carries their vars, tags and header fields.</summary>
    private static RuleDecision Ended(EvaluationState state) =>
        state.Refusal is null && state.Open.Any ? Uncertain(state.Open.Missing) : Decision(state);

    private static RuleDecision NoRuleEnded(RuleSet set, EvaluationState state)
    {
        if (state.Open.Any)
        {
            var refused = state.Deliveries.Count == 0 && (state.Refusal is not null || set.DefaultRefuses);
            if (state.Open.Outcome || !refused)
                return Uncertain(state.Open.Missing);
        }
        return state.Matched.Count == 0 && state.Log.Count == 0 ? Nothing : Decision(state);
    }

    private static RuleDecision Uncertain(FactSet missing) => new() { IsCertain = false, Missing = missing };

    private static RuleDecision Decision(EvaluationState state) => new()
    {
        IsCertain = true,
        Rule = state.DecidedBy,
        MatchedRules = state.Matched.ToArray(),
        Deliveries = state.Refusal is null && state.Deliveries.Count > 0 ? state.Deliveries.ToArray() : [],
        Refusal = state.Refusal,
        Tags = state.Tags.Count == 0 ? [] : state.Tags.ToArray(),
        Vars = state.Vars.Count == 0 ? Nothing.Vars : new Dictionary<string, string>(state.Vars, StringComparer.Ordinal),
        HeaderEdits = state.Edits.Count == 0 ? [] : state.Edits.ToArray(),
        Errors = state.Errors.Count == 0 ? [] : state.Errors.ToArray(),
        ScriptLog = state.Log.Count == 0 ? [] : state.Log.ToArray(),
    };
}
