using InboundBridge.MailFlow.TransportSecurity.Dane;
using InboundBridge.MailFlow.TransportSecurity.MtaSts;

namespace InboundBridge.MailFlow.TransportSecurity;

/// <summary>
/// Decides how each mail exchanger of a domain may be used: by its TLSA records where DNSSEC protects the whole way to them, else by the
/// domain's MTA-STS policy, else opportunistically. DANE comes first (RFC 8461 §2): a host that it applies to need not be in the policy.
/// </summary>
internal sealed class TransportPolicies(DaneLookup dane, MtaStsPolicies mtaSts)
{
    public ValueTask<MtaStsFinding> OfDomainAsync(string domain, CancellationToken cancellationToken) =>
        mtaSts.FindAsync(domain, cancellationToken);

    /// <param name="isSecure">A trusted resolver has validated the domain's MX records and the host's addresses.</param>
    public async ValueTask<HostPolicy> OfHostAsync(
        MtaStsFinding finding, string domain, string host, string canonical, bool isSecure, CancellationToken cancellationToken)
    {
        if (isSecure)
        {
            switch (await dane.FindAsync(host, canonical, domain, cancellationToken))
            {
                case DaneFinding.Usable usable:
                    return new HostPolicy(ChannelDemand.Dane, PolicySource.Dane)
                    {
                        Dane = usable.Terms,
                        Published = new PublishedPolicy([.. usable.Terms.Records.Select(record => record.ToString())], [host]),
                    };
                // An enforced MTA-STS policy demands more than such records do.
                case DaneFinding.Unusable when finding.Policy?.Mode != MtaStsMode.Enforce:
                    return new HostPolicy(ChannelDemand.Encrypted, PolicySource.Dane);
                case DaneFinding.Unknown unknown:
                    return new HostPolicy(ChannelDemand.Dane, PolicySource.Dane)
                    {
                        Refusal = new HostRefusal(TlsFailure.DnssecInvalid, unknown.Detail),
                    };
            }
        }
        return finding.Policy is { } policy ? OfMtaSts(policy, domain, host) : HostPolicy.Opportunistic;
    }

    private static HostPolicy OfMtaSts(MtaStsPolicy policy, string domain, string host)
    {
        var isListed = policy.Lists(host);
        var enforced = new HostPolicy(ChannelDemand.Authenticated, PolicySource.MtaSts)
        {
            Published = new PublishedPolicy(policy.Lines, policy.Hosts),
        };
        if (policy.Mode == MtaStsMode.Testing)
            return enforced with { Demand = ChannelDemand.Opportunistic, IsTesting = true, IsUnlisted = !isListed };
        var why = $"the MTA-STS policy of {domain} does not list {host}";
        return isListed ? enforced : enforced with { Refusal = new HostRefusal(TlsFailure.ValidationFailure, why) };
    }
}
