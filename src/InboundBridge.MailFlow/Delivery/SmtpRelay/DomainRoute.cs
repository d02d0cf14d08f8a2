using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.TransportSecurity;
using InboundBridge.MailFlow.TransportSecurity.MtaSts;

namespace InboundBridge.MailFlow.Delivery.SmtpRelay;

/// <summary>How one mail may go to the mail exchangers of one domain: by the domain's policies, and by what the sender asks for.</summary>
/// <param name="policies">Null: every host is used opportunistically.</param>
/// <param name="requireTls">The sender's REQUIRETLS (RFC 8689).</param>
internal sealed class DomainRoute(
    TransportPolicies? policies, MtaStsFinding finding, string domain, bool requireTls, MailContent content)
{
    private bool? _waives;

    public async ValueTask<HostPolicy> PolicyOfAsync(MailExchanger exchanger, CancellationToken cancellationToken)
    {
        if (policies is null)
            return HostPolicy.Opportunistic;
        var policy = await policies.OfHostAsync(
            finding, domain, exchanger.Host, exchanger.Canonical ?? exchanger.Host, exchanger.IsSecure, cancellationToken);
        if (requireTls)
            return Required(policy, exchanger);
        var isMandatory = policy.Refusal is not null || policy.Demand != ChannelDemand.Opportunistic;
        return isMandatory && await WaivesAsync(cancellationToken) ? HostPolicy.Opportunistic : policy;
    }

    /// <summary>
    /// RFC 8689 §4.2.1: the host must be known to belong to the domain, by DNSSEC or MTA-STS, and its certificate must be valid, by DANE or
    /// by an authority.
    /// </summary>
    private HostPolicy Required(HostPolicy policy, MailExchanger exchanger)
    {
        if (policy.Refusal is not null)
            return policy;
        var required = new HostPolicy(ChannelDemand.Authenticated, PolicySource.RequireTls);
        if (!exchanger.IsVouchedFor && finding.Policy?.Lists(exchanger.Host) != true)
        {
            return required with
            {
                Refusal = new HostRefusal(
                    TlsFailure.ValidationFailure,
                    "the sender requires TLS (REQUIRETLS), and neither DNSSEC nor MTA-STS says that "
                        + $"{exchanger.Host} takes mail for {domain}"),
            };
        }
        return policy.Demand is ChannelDemand.Dane or ChannelDemand.Authenticated ? policy : required;
    }

    /// <summary>RFC 8689 §3: REQUIRETLS takes precedence over the header field, which is therefore not read with it.</summary>
    private async ValueTask<bool> WaivesAsync(CancellationToken cancellationToken) =>
        _waives ??= await TlsRequiredField.IsNoAsync(content, cancellationToken);
}
