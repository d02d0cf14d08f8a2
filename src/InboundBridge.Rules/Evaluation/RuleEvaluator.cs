using System.Diagnostics;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.ScriptCalls;
using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.State;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Evaluation;

/// <summary>Decides for one recipient of one message, on whatever is known so far. Stateless; shared by all sessions.</summary>
/// <param name="scripts">Runs scripts; without it every script counts as failed.</param>
/// <param name="onScriptError">What a rule that can't be carried out decides (configuration <c>rules.on_error</c>); default 451 4.3.5.</param>
/// <param name="holdOnError">Instead, the recipient's mail is held with the failure as its reason.</param>
public sealed class RuleEvaluator(IScriptRunner? scripts = null, RuleRefusal? onScriptError = null, bool holdOnError = false)
{
    private readonly ScriptRuns _scripts = new(scripts);

    private static readonly RuleRefusal Deferred = new(RuleRefusalKind.Defer, 451, "4.3.5", "A rule could not be evaluated, try again later");

    /// <summary>
    /// The decision, or the facts that are missing for one. At <see cref="RuleStage.Body"/> the host fetches what
    /// <see cref="RuleDecision.MissingFacts"/> names (verdicts, scanners) and calls again.
    /// Early certainty names what is certain: where a refusal is given while a rule that only tags is open, its tag is not listed.
    /// </summary>
    /// <param name="stage">For the metric; what is known is what <paramref name="facts"/> answers.</param>
    /// <param name="now">The same instant for every stage of one message, so that <c>time</c> can't change its mind in between.</param>
    public ValueTask<RuleDecision> EvaluateAsync(
        RuleSet set, MessageFacts facts, RuleRecipient recipient, RuleStage stage, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var started = RuleMetrics.IsTimed ? Stopwatch.GetTimestamp() : 0;
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

    /// <summary>As <see cref="EvaluateAsync"/>, and moves no metric: for dry runs and comparisons.</summary>
    public async ValueTask<RuleDecision> DecideAsync(RuleSet set, MessageFacts facts, RuleRecipient recipient, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var state = EvaluationState.Rent(facts, recipient, now);
        try
        {
            return await TraceAsync(set, state, cancellationToken);
        }
        finally
        {
            state.Return();
        }
    }

    /// <summary>As <see cref="EvaluateAsync"/>, with a trace of every rule and condition that was asked. The caller returns the state.</summary>
    internal async ValueTask<RuleDecision> TraceAsync(RuleSet set, EvaluationState state, CancellationToken cancellationToken)
    {
        // A trace shows what each rule saw of the sender.
        set.Index.Select(state.Recipient, state.Trace is null ? state.Facts : null, state.Candidates);
        return await RunScriptsAsync(set, state, cancellationToken);
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
        return holdOnError
            ? decision with { Rule = error.Rule, Deliveries = [new RuleDelivery(null, recipient.Address, null, ShownText.Cut($"rule '{error.Rule}' failed: {error.Text}"))], Refusal = null }
            : decision with { Rule = error.Rule, Deliveries = [], Refusal = onScriptError ?? Deferred };
    }

    private static void Count(RuleStage stage, long started)
    {
        if (started != 0)
            RuleMetrics.Evaluated(stage, Stopwatch.GetElapsedTime(started));
    }
}
