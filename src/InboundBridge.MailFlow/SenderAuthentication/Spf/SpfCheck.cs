using System.Net;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>SPF (RFC 7208). One for the whole process: it keeps the records that it has read. Safe for concurrent use.</summary>
public sealed class SpfCheck(SpfOptions options, TimeProvider clock)
{
    private readonly SpfRecordCache _records = new();

    /// <summary>The verdict about a client whose address nobody knows.</summary>
    public static SpfVerdict OfUnknownClient(string helo, string sender)
    {
        var identity = SpfIdentity.Of(new SpfRequest(IPAddress.None, helo, sender));
        return !identity.HasDomain
            ? new SpfVerdict(CheckResult.None) { Scope = identity.Scope }
            : new SpfVerdict(CheckResult.TempError)
            {
                Scope = identity.Scope,
                Domain = DnsName.Trim(identity.Domain).ToLowerInvariant(),
                Problem = "the proxy does not tell the client's address",
            };
    }

    /// <param name="dns">Usually one mail's budget over the resolver.</param>
    /// <returns>Throws only when cancelled.</returns>
    public async ValueTask<SpfVerdict> CheckAsync(IDnsResolver dns, SpfRequest request, CancellationToken cancellationToken)
    {
        var identity = SpfIdentity.Of(request);
        if (!identity.HasDomain)
            return new SpfVerdict(CheckResult.None) { Scope = identity.Scope };
        var client = new SpfClient(request.Client);
        using var lookUps = new SpfLookUps(dns, options.MostAhead, cancellationToken);
        var names = new SpfClientNames(lookUps, options, client, clock);
        var targets = new SpfTargets(new SpfMacroValues(identity, client, request.Helo, options.Receiver, clock), names);
        var outcome = await new SpfEvaluation(lookUps, options, _records, client, names, targets)
            .CheckHostAsync(identity.Domain, cancellationToken);
        return new SpfVerdict(outcome.Result)
        {
            Scope = identity.Scope,
            Domain = DnsName.Trim(identity.Domain).ToLowerInvariant(),
            Mechanism = outcome.Mechanism,
            Problem = outcome.Problem,
            Explanation = outcome.Result == CheckResult.Fail
                ? await SpfExplanation.FindAsync(lookUps, targets, options, outcome, cancellationToken) : null,
        };
    }
}
