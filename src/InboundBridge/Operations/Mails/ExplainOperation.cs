using InboundBridge.Explaining;
using InboundBridge.Logging;
using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.Reception.Trials;
using InboundBridge.Operations.Principals;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Testing;
using InboundBridge.Setup;

namespace InboundBridge.Operations.Mails;

/// <summary>Explains what would happen to a mail under the configuration in force. Stores, sends and counts nothing.</summary>
/// <param name="preview">The HTTP request of an attempt, with its signatures hidden or not; null for destinations that send none.</param>
internal sealed class ExplainOperation(
    CurrentSetup current, ReceptionServices reception, RequestPreview preview, TimeProvider clock)
    : IDisposable
{
    /// <summary>Trials at the same time: each holds a whole mail and its requests in memory.</summary>
    private const int MostAtOnce = 2;

    private readonly SemaphoreSlim _trials = new(MostAtOnce);

    /// <summary>Octets of the largest mail that reception would take, and so of the largest that can be explained.</summary>
    public long LargestMail => current.Setup.Options.Smtp.Server.Limits.MessageSize;

    /// <param name="rules">Other rules than those in force; null for these. Scripts of a caller run only for an administrator.</param>
    public async Task<ExplainOutcome> ExplainAsync(
        Principal who, TrialMail mail, CancellationToken cancellationToken, RuleSet? rules = null)
    {
        who.Demand(rules is null ? Operation.Explain : Operation.CompareRules);
        if (mail.Problem() is { } problem)
            return new ExplainOutcome.Invalid(problem);
        await _trials.WaitAsync(cancellationToken);
        try
        {
            var (setup, policy) = (current.Setup, reception.CurrentPolicy);
            var explainer = new MailExplainer(
                setup.Options, policy with
                {
                    Routing = policy.Routing with { Evaluator = setup.SpareEvaluator, Rules = rules ?? policy.Routing.Rules },
                }, preview,
                clock)
            { HidesSignatures = true, Strangers = reception.Greylist is { } greylist ? greylist.PeekAsync : null };
            return new ExplainOutcome.Explained(await explainer.ExplainAsync(mail, cancellationToken), SecretMask.Of(setup.Secrets));
        }
        finally
        {
            _trials.Release();
        }
    }

    /// <summary>A rule test of a mail that was explained, for its first recipient.</summary>
    /// <param name="rules">Those that it was explained with.</param>
    public async Task<RuleTestDraft> CopyAsync(
        Principal who, MailExplanation explanation, CancellationToken cancellationToken, RuleSet? rules = null)
    {
        who.Demand(rules is null ? Operation.Explain : Operation.CompareRules);
        if (explanation.Outcome.Recipients is not [var recipient, ..])
            return new RuleTestDraft(null, "MAIL was refused, so no rule was asked: there is nothing that a rule test could expect.");
        if (recipient.Facts is not { } facts)
            return new RuleTestDraft(
                null, $"{recipient.Check ?? "The session"} refused the mail before the rules: there is nothing that a test could expect.");
        await _trials.WaitAsync(cancellationToken);
        try
        {
            var setup = current.Setup;
            return await new RuleTestCopy(setup.SpareEvaluator, TestEnforcement.Of(setup.Options)).MakeAsync(
                rules ?? reception.CurrentPolicy.Routing.Rules, facts, recipient.LastStage, new RuleRecipient(recipient.Address),
                explanation.Mail.Given.Time ?? clock.GetUtcNow(), cancellationToken);
        }
        finally
        {
            _trials.Release();
        }
    }

    public void Dispose() => _trials.Dispose();
}
