using System.Text;
using InboundBridge.Explaining;
using InboundBridge.Logging;
using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.Reception.Trials;
using InboundBridge.Operations.Principals;
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

    public async Task<ExplainOutcome> ExplainAsync(Principal who, TrialMail mail, CancellationToken cancellationToken)
    {
        who.Demand(Operation.Explain);
        if (mail.Problem() is { } problem)
            return new ExplainOutcome.Invalid(problem);
        await _trials.WaitAsync(cancellationToken);
        try
        {
            var (setup, policy) = (current.Setup, reception.CurrentPolicy);
            var explainer = new MailExplainer(
                setup.Options, policy with { Routing = policy.Routing with { Evaluator = setup.SpareEvaluator } }, preview,
                clock)
            { HidesSignatures = true, Strangers = reception.Greylist is { } greylist ? greylist.PeekAsync : null };
            return new ExplainOutcome.Explained(await explainer.ExplainAsync(mail, cancellationToken), HiderOf(setup.Secrets));
        }
        finally
        {
            _trials.Release();
        }
    }

    public void Dispose() => _trials.Dispose();

    private static Func<string, string> HiderOf(IReadOnlyList<string> secrets)
    {
        var filter = new SecretFilter(secrets);
        return text => filter.Hide(Encoding.UTF8.GetBytes(text)) is { } hidden ? Encoding.UTF8.GetString(hidden) : text;
    }
}
