using InboundBridge.Rules.Actions;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.State;

namespace InboundBridge.Rules.Evaluation;

/// <summary>
/// Evaluates the rules for one recipient until the decision is certain, facts are missing, or a script has to run first. An open rule is
/// skipped as if it did not match, and what it could have changed or decided is recorded. A refusal below it is certain where every outcome
/// that is still reachable is the same kind of refusal; the run ends as soon as that has become impossible.
/// </summary>
internal static class RuleRun
{
    private static readonly RuleDecision Nothing = new() { IsCertain = true };

    /// <summary>
    /// The decision; null when <see cref="EvaluationState.PendingScript"/> has to run first. Then call again with its answer in the state.
    /// </summary>
    public static RuleDecision? Advance(RuleSet set, EvaluationState state)
    {
        for (; state.RuleIndex < state.Candidates.Count; state.RuleIndex++)
        {
            var rule = set.Rules[state.Candidates[state.RuleIndex]];
            if (state.ActionIndex < 0)
            {
                var truth = Ask(rule, state);
                if (truth == Truth.False)
                    continue;
                if (truth == Truth.Unknown && state.PendingScript is not null)
                    return null;
                if (truth == Truth.Unknown || !IsReady(rule, state))
                {
                    if (PassBy(rule, truth, state))
                        continue;
                    break;
                }
                state.CommitCaptures();
                state.Matched.Add(rule.Name);
                state.BeginRule();
                state.ActionIndex = 0;
            }
            if (!Act(rule, state))
                return null;
            if (state.Errors.Count > 0)
                return state.Reachable.IsOpen ? Uncertain(state) : Decision(state);
            state.ActionIndex = -1;
            if (state.Reachable.IsOpen)
                state.Reachable.Matched(rule.Effects, rule.MayEnd);
            if (rule.MayEnd && (state.Refusal is not null || state.Deliveries.Count > 0) && state.DecidedBy == rule.Name)
                break;
        }
        return End(set, state);
    }

    private static Truth Ask(Rule rule, EvaluationState state)
    {
        state.Missing = FactSet.None;
        state.PendingScript = null;
        state.Patterns.Captures.Clear();
        var truth = rule.When.Evaluate(state);
        if (truth != Truth.Unknown)
            state.PendingScript = null;
        state.Trace?.NoteRule(rule, truth);
        return truth;
    }

    /// <summary>
    /// The texts of a rule that matches can be filled, and its scripts can run. Where not, the state has the missing facts.
    /// </summary>
    private static bool IsReady(Rule rule, EvaluationState state)
    {
        var ready = rule.Needs.AreKnown(state, rule.Effects.Vars);
        if (ready && rule.HasScript)
            ready = CanRunScripts(rule, state);
        if (!ready)
            state.Trace?.NoteRule(rule, Truth.Unknown);
        return ready;
    }

    /// <summary>A loop instead of a lambda: a closure over the state would cost an allocation for every rule.</summary>
    private static bool CanRunScripts(Rule rule, EvaluationState state)
    {
        foreach (var action in rule.Then)
        {
            if (action is ScriptAction script && !script.CanRun(state))
                return false;
        }
        return true;
    }

    /// <summary>Records an open rule. False when no rule below can make the decision certain.</summary>
    private static bool PassBy(Rule rule, Truth truth, EvaluationState state)
    {
        var missing = state.Missing;
        state.Reachable.Begin(SoFar(state));
        if (state.WaitingRule is null || (rule.MayEnd && state.Reachable.Waits.IsEmpty))
            state.WaitingRule = rule.Name;
        if (truth == Truth.Unknown)
            state.Reachable.MayMatch(rule.Effects, rule.MayEnd, missing);
        else
            WillMatch(rule, missing, state);
        if (rule.AlwaysDecides && !rule.Continue)
            state.Open.AddEnding(missing);
        else
            state.Open.Add(rule.Effects, missing, mayMatch: truth == Truth.Unknown);
        return !state.Reachable.IsHopeless && (truth == Truth.Unknown || rule.Continue || !rule.AlwaysDecides);
    }

    /// <summary>
    /// The rule certainly matches. The reply of its refusal may be known although another of its texts, or its script's outcome, is not.
    /// </summary>
    private static void WillMatch(Rule rule, FactSet missing, EvaluationState state)
    {
        state.CommitCaptures();
        state.Matched.Add(rule.Name);
        state.Reachable.WillMatch(rule.Effects, rule.MayEnd, missing);
        if (!rule.Decides)
            return;
        state.DecidedBy = rule.Name;
        state.IsTextOpen = true;
        // A var that the rule itself sets, or that its script may set, has no value yet.
        if (rule.Refusal is not { } refusal || refusal.Needs.Names.Any(name => rule.Effects.AnyVar || rule.Effects.Sets.Contains(name))
            || !refusal.Needs.AreKnown(state, rule.Effects.Vars))
            return;
        state.BeginRule();
        refusal.Apply(state);
        state.Trace?.NoteRule(rule, Truth.True);
    }

    /// <summary>The outcome of the rules so far, none of which was open.</summary>
    private static OutcomeSet SoFar(EvaluationState state)
    {
        if (state.Refusal is { } refusal)
            return OutcomeSets.Of(refusal.Kind);
        return state.Deliveries.Count > 0 ? OutcomeSet.Delivered : OutcomeSet.Undecided;
    }

    /// <summary>Carries out the rule's actions. False when a script has to run first.</summary>
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
            state.IsDecided = false;
            if (action.Apply(state) is { } problem)
            {
                state.Errors.Add(new RuleError(rule.Name, problem));
                return true;
            }
            if (state.IsDecided)
                state.DecidedBy = rule.Name;
        }
        return true;
    }

    /// <summary>
    /// While a rule is open, only a refusal can be certain: a delivery carries vars, tags and header fields that open rules may change. The
    /// reply is that of the path on which no open rule matches.
    /// </summary>
    private static RuleDecision End(RuleSet set, EvaluationState state)
    {
        if (state.Reachable.IsOpen && (state.IsTextOpen || !state.Reachable.AtEnd(set.Default).IsOneRefusal()))
            return Uncertain(state);
        return state.Matched.Count == 0 && state.Log.Count == 0 ? Nothing : Decision(state);
    }

    private static RuleDecision Uncertain(EvaluationState state) => new()
    {
        IsCertain = false,
        Missing = state.Reachable.Waits.IsEmpty ? state.Open.Missing : state.Reachable.Waits,
        WaitingRule = state.WaitingRule,
    };

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
