using System.Diagnostics;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.ScriptCalls;
using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.State;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Evaluation;

/// <summary>
/// Decides for one recipient of one message, on what is known so far. Where the decision lacks facts that checks or scanners can supply, it
/// has them supplied and evaluates again. Stateless; shared by all sessions.
/// </summary>
/// <param name="scripts">Runs scripts; without it every script counts as failed.</param>
/// <param name="onScriptError">
/// What a rule that can't be carried out decides (configuration <c>rules.on_error</c>); default 451 4.3.5.
/// </param>
/// <param name="holdOnError">Instead, the recipient's mail is held with the failure as its reason.</param>
/// <param name="metrics">Where the time of each evaluation is counted; null: nowhere.</param>
public sealed class RuleEvaluator(
    IScriptRunner? scripts = null, RuleRefusal? onScriptError = null, bool holdOnError = false, RuleMetrics? metrics = null)
{
    private static readonly RuleRefusal Deferred = new(RuleRefusalKind.Defer, 451, "4.3.5",
        "A rule could not be evaluated, try again later");

    private readonly ScriptRuns _scripts = new(scripts);

    /// <summary>
    /// The decision, or the facts that are missing for one: those that a later stage brings, and those that nothing supplies or whose
    /// supplier failed. An early decision lists what is certain: a tag of a rule that is still open is not listed beside a refusal that no
    /// longer depends on it.
    /// </summary>
    /// <param name="stage">For the metric; what is known is what <paramref name="facts"/> answers.</param>
    /// <param name="now">The same instant at every stage of a message, so that the answer of <c>time</c> stays the same.</param>
    public ValueTask<RuleDecision> EvaluateAsync(
        RuleSet set, MessageFacts facts, RuleRecipient recipient, RuleStage stage, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var evaluation = EvaluateOnceAsync(set, facts, recipient, stage, now, cancellationToken);
        if (!evaluation.IsCompletedSuccessfully)
            return SupplyAndRepeatAsync(evaluation, set, facts, recipient, stage, now, cancellationToken);
        var decision = evaluation.Result;
        return decision.IsCertain || decision.Missing.Intersect(facts.Suppliable).IsEmpty
            ? new ValueTask<RuleDecision>(decision)
            : SupplyAndRepeatAsync(new ValueTask<RuleDecision>(decision), set, facts, recipient, stage, now, cancellationToken);
    }

    /// <summary>Like <see cref="EvaluateAsync"/>, and counts in no metric: for dry runs and comparisons.</summary>
    public async ValueTask<RuleDecision> DecideAsync(
        RuleSet set, MessageFacts facts, RuleRecipient recipient, DateTimeOffset now, CancellationToken cancellationToken)
    {
        while (true)
        {
            var state = EvaluationState.Rent(facts, recipient, now);
            RuleDecision decision;
            try
            {
                decision = await TraceAsync(set, state, cancellationToken);
            }
            finally
            {
                state.Return();
            }
            if (decision.IsCertain || !await facts.TrySupplyAsync(decision.Missing, cancellationToken))
                return decision;
        }
    }

    /// <summary>
    /// One evaluation on what is known, which records every rule and condition in the
    /// state's trace if it has one. The caller returns the state.
    /// </summary>
    internal async ValueTask<RuleDecision> TraceAsync(RuleSet set, EvaluationState state, CancellationToken cancellationToken)
    {
        // A trace shows what each rule saw of the sender, so no rule is left out for its sender.
        set.Index.Select(state.Recipient, state.Trace is null ? state.Facts : null, state.Candidates);
        return await RunScriptsAsync(set, state, cancellationToken);
    }

    private ValueTask<RuleDecision> EvaluateOnceAsync(
        RuleSet set, MessageFacts facts, RuleRecipient recipient, RuleStage stage, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var started = metrics is not null ? Stopwatch.GetTimestamp() : 0;
        var state = EvaluationState.Rent(facts, recipient, now);
        set.Index.Select(recipient, facts, state.Candidates);
        if (RuleRun.Advance(set, state) is not { } decision)
            return WithScriptsAsync(set, state, stage, started, cancellationToken);
        state.Return();
        if (decision.Errors.Count > 0)
            decision = Failed(decision, recipient);
        Count(stage, started);
        return ValueTask.FromResult(decision);
    }

    private async ValueTask<RuleDecision> SupplyAndRepeatAsync(
        ValueTask<RuleDecision> evaluation, RuleSet set, MessageFacts facts, RuleRecipient recipient, RuleStage stage, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var decision = await evaluation;
        while (!decision.IsCertain && await facts.TrySupplyAsync(decision.Missing, cancellationToken))
            decision = await EvaluateOnceAsync(set, facts, recipient, stage, now, cancellationToken);
        return decision;
    }

    private async ValueTask<RuleDecision> WithScriptsAsync(
        RuleSet set, EvaluationState state, RuleStage stage, long started, CancellationToken cancellationToken)
    {
        try
        {
            return await RunScriptsAsync(set, state, cancellationToken);
        }
        finally
        {
            state.Return();
            Count(stage, started);
        }
    }

    private async ValueTask<RuleDecision> RunScriptsAsync(RuleSet set, EvaluationState state, CancellationToken cancellationToken)
    {
        RuleDecision? decision;
        while ((decision = RuleRun.Advance(set, state)) is null)
        {
            var call = state.PendingScript!;
            var answer = await _scripts.RunAsync(call, state, cancellationToken);
            state.Log.AddRange(answer.Log.Select(line => $"{call.Source.File}: {line}"));
            state.Keep(call.Key, answer);
            if (answer.Error is { } error)
            {
                var rule = set.Rules[state.Candidates[state.RuleIndex]];
                return Failed(new RuleDecision
                {
                    IsCertain = true,
                    MatchedRules = state.Matched.ToArray(),
                    Errors = [new RuleError(rule.Name, error.ToString())],
                    ScriptLog = state.Log.ToArray(),
                }, state.Recipient);
            }
        }
        return decision.Errors.Count > 0 ? Failed(decision, state.Recipient) : decision;
    }

    private RuleDecision Failed(RuleDecision decision, RuleRecipient recipient)
    {
        var error = decision.Errors[0];
        if (!holdOnError)
            return decision with { Rule = error.Rule, Deliveries = [], Refusal = onScriptError ?? Deferred };
        var held = new RuleDelivery(null, recipient.Address, null, ShownText.Cut($"rule '{error.Rule}' failed: {error.Text}"));
        return decision with { Rule = error.Rule, Deliveries = [held], Refusal = null };
    }

    private void Count(RuleStage stage, long started)
    {
        if (started != 0)
            metrics!.Evaluated(stage, Stopwatch.GetElapsedTime(started));
    }
}
