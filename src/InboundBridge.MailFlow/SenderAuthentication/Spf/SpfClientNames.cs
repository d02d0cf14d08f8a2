using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>
/// The names of the client that its addresses confirm, for <c>ptr</c> and <c>%{p}</c> (RFC 7208 §5.5, §7.3). Looked up once in a check.
/// </summary>
internal sealed class SpfClientNames(SpfLookUps dns, SpfOptions options, SpfClient client)
{
    /// <summary>Stands for the name where there is none (RFC 7208 §7.3).</summary>
    private const string Unknown = "unknown";

    private IReadOnlyList<string>? _confirmed;

    /// <summary>In the order of the answer. Errors of the DNS are no names.</summary>
    public async ValueTask<IReadOnlyList<string>> ConfirmAsync(CancellationToken cancellationToken)
    {
        if (_confirmed is not null)
            return _confirmed;
        var names = await dns.LookUpAsync(DnsName.Reverse(client.Address), DnsRecordType.Ptr, cancellationToken);
        var hosts = names.Records.OfType<DnsRecord.Target>().Take(options.MostClientNames).Select(record => record.Host).ToArray();
        var lookUps = hosts.Select(host => dns.LookUpAsync(host, client.RecordType, cancellationToken).AsTask()).ToArray();
        var confirmed = new List<string>();
        for (var index = 0; index < hosts.Length; index++)
        {
            var answer = await lookUps[index];
            if (answer.Addresses.Any(address => client.Matches(address, SpfNetwork.Ipv4Length, SpfNetwork.Ipv6Length)))
                confirmed.Add(hosts[index]);
        }
        return _confirmed = confirmed;
    }

    /// <summary>The value of <c>%{p}</c>: the domain itself, else a name inside it, else any.</summary>
    public async ValueTask<string> ChooseAsync(string domain, CancellationToken cancellationToken)
    {
        var confirmed = await ConfirmAsync(cancellationToken);
        return confirmed.FirstOrDefault(name => name.Equals(domain, StringComparison.OrdinalIgnoreCase))
            ?? confirmed.FirstOrDefault(name => IsInside(name, domain))
            ?? (confirmed.Count > 0 ? confirmed[0] : Unknown);
    }

    /// <summary>The name is the domain or a subdomain of it.</summary>
    public static bool IsInside(string name, string domain) =>
        name.EndsWith(domain, StringComparison.OrdinalIgnoreCase)
        && (name.Length == domain.Length || (domain.Length > 0 && name[^(domain.Length + 1)] == '.'));
}
