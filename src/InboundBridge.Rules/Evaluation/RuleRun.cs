using InboundBridge.Rules.Actions;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.State;

namespace InboundBridge.Rules.Evaluation;

/// <summary>
/// Goes through the rules for one recipient until the decision is certain, facts are missing, or a script has to run first.
/// A rule that is open is passed by as if it did not match, and what it might have changed or decided is remembered: a refusal further down is certain where
/// every outcome that is still reachable is the same kind of refusal, and the run ends as soon as that can't be any more.
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

    /// <summary>False where texts of a rule that matches can't be filled in yet, or its scripts can't run: the state says what is missing.</summary>
    private static bool IsReady(Rule rule, EvaluationState state)
    {
        var ready = rule.Needs.AreKnown(state, rule.Effects.Vars);
        if (ready && rule.HasScript)
            ready = CanRunScripts(rule, state);
        if (!ready)
            state.Trace?.NoteRule(rule, Truth.Unknown);
        return ready;
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

    /// <summary>False when nothing below can make the decision certain.</summary>
    private static bool PassBy(Rule rule, Truth truth, EvaluationState state)
    {
        var missing = state.Missing;
        state.Reachable.Begin(SoFar(state));
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

    /// <summary>It matches for certain. The reply of its refusal may be known even where another text of it, or what its script does, is not.</summary>
    private static void WillMatch(Rule rule, FactSet missing, EvaluationState state)
    {
        state.CommitCaptures();
        state.Matched.Add(rule.Name);
        state.Reachable.WillMatch(rule.Effects, rule.MayEnd, missing);
        if (!rule.Decides)
            return;
        state.DecidedBy = rule.Name;
        state.IsTextOpen = true;
        // A name that the rule itself sets, or that its script may set, has no value yet.
        if (rule.Refusal is not { } refusal || refusal.Needs.Names.Any(name => rule.Effects.AnyVar || rule.Effects.Sets.Contains(name))
            || !refusal.Needs.AreKnown(state, rule.Effects.Vars))
            return;
        state.BeginRule();
        refusal.Apply(state);
        state.Trace?.NoteRule(rule, Truth.True);
    }

    /// <summary>What the rules have come to while none of them was open.</summary>
    private static OutcomeSet SoFar(EvaluationState state)
    {
        if (state.Refusal is { } refusal)
            return OutcomeSets.Of(refusal.Kind);
        return state.Deliveries.Count > 0 ? OutcomeSet.Delivered : OutcomeSet.Undecided;
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
    /// With a rule open, only a refusal is certain: a delivery carries the vars, tags and header fields that open rules would have changed. The reply is that of
    /// the way on which no open rule matched.
    /// </summary>
    private static RuleDecision End(RuleSet set, EvaluationState state)
    {
        if (state.Reachable.IsOpen && (state.IsTextOpen || !state.Reachable.AtEnd(set.Default).IsOneRefusal()))
            return Uncertain(state);
        return state.Matched.Count == 0 && state.Log.Count == 0 ? Nothing : Decision(state);
    }

    private static RuleDecision Uncertain(EvaluationState state) =>
        new() { IsCertain = false, Missing = state.Reachable.Waits.IsEmpty ? state.Open.Missing : state.Reachable.Waits };

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
