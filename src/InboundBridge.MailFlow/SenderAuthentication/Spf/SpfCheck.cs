using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>SPF (RFC 7208). One for the whole process: it keeps the records that it has read. Safe for concurrent use.</summary>
public sealed class SpfCheck(SpfOptions options, TimeProvider clock)
{
    private readonly SpfRecordCache _records = new();

    /// <param name="dns">Usually one mail's budget over the resolver.</param>
    /// <returns>Throws only when cancelled.</returns>
    public async ValueTask<SpfVerdict> CheckAsync(IDnsResolver dns, SpfRequest request, CancellationToken cancellationToken)
    {
        var identity = SpfIdentity.Of(request);
        if (!SpfIdentity.IsCheckable(identity.Domain))
            return new SpfVerdict(CheckResult.None) { Scope = identity.Scope };
        var client = new SpfClient(request.Client);
        var evaluation = new SpfEvaluation(
            dns, options, _records, client, new SpfMacroValues(identity, client, request.Helo, options.Receiver, clock));
        var outcome = await evaluation.CheckHostAsync(identity.Domain, cancellationToken);
        return new SpfVerdict(outcome.Result)
        {
            Scope = identity.Scope,
            Domain = DnsName.Trim(identity.Domain).ToLowerInvariant(),
            Mechanism = outcome.Mechanism,
            Problem = outcome.Problem,
            Explanation = outcome is { Result: CheckResult.Fail, Explanation: not null }
                ? await evaluation.ExplainAsync(outcome, cancellationToken) : null,
        };
    }
}
