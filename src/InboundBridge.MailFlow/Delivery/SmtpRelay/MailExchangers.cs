using System.Net;
using System.Net.Sockets;
using InboundBridge.MailFlow.Dns;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Delivery.SmtpRelay;

/// <summary>A host that accepts mail for a domain, and one of its addresses.</summary>
internal sealed record MailExchanger(string Host, IPAddress Address)
{
    /// <summary>The name at the end of the host's chain of aliases; null for a host without an alias.</summary>
    public string? Canonical { get; init; }

    /// <summary>A trusted resolver has validated the answer that says that this host accepts mail for the domain (DNSSEC).</summary>
    public bool IsVouchedFor { get; init; }

    /// <summary>Beyond that it has validated the addresses, so that TLSA records count (RFC 7672 §2.2).</summary>
    public bool IsSecure { get; init; }
}

/// <summary>Finds the hosts that accept mail for a domain (RFC 5321 §5.1, RFC 7505).</summary>
/// <param name="ourName">Our own host name. Mail never goes to it, nor to hosts with a higher preference value (RFC 5321 §5.1).</param>
/// <param name="random">Spreads the load over hosts with the same preference value.</param>
/// <param name="privateAllowed">
/// Whether private addresses are used too. Any sender chooses the recipient's domain, and could otherwise direct us into our own network.
/// The checked addresses are the ones that are connected to: no name is looked up a second time.
/// </param>
internal sealed class MailExchangers(IDnsResolver dns, string ourName, Random random, bool privateAllowed = false)
{
    /// <summary>Hosts that one attempt tries. Postfix tries 5 addresses (smtp_mx_address_limit).</summary>
    private const int MostHosts = 5;
    private const int MostAddresses = 10;

    /// <summary>The reason of the reply when only private addresses were found.</summary>
    public const string PrivateAddress = "private_address";

    private readonly Lock _randomLock = new();

    /// <summary>The hosts in the order in which to try them; or none, and the reply that says why.</summary>
    public async ValueTask<(IReadOnlyList<MailExchanger> Exchangers, SmtpReply? Refusal)> FindAsync(
        string domain, CancellationToken cancellationToken)
    {
        if (domain.StartsWith('['))
            return Literal(domain);
        var answer = await dns.LookUpAsync(domain, DnsRecordType.Mx, cancellationToken);
        switch (answer.Status)
        {
            case DnsStatus.NoSuchName:
                return None(550, 1, 2, $"the domain {domain} does not exist", "no_such_domain");
            // RFC 5321 §5.1: without MX records the domain's own address is used.
            case DnsStatus.NoData:
                return await AddressesAsync([domain], domain, answer.Authenticated, cancellationToken);
            case DnsStatus.Success:
                break;
            default:
                return None(451, 4, 3, $"the mail exchangers of {domain} could not be looked up: {answer.Detail}", "dns");
        }
        var records = answer.Records.OfType<DnsRecord.Mx>().ToArray();
        if (records is [{ Exchange: "." }])
            return None(556, 1, 10, $"the domain {domain} takes no mail (RFC 7505)", "null_mx");
        var hosts = Ordered(records);
        return hosts.Count == 0
            ? None(554, 4, 6, $"mail for {domain} loops back to us", "loop")
            : await AddressesAsync(hosts, domain, answer.Authenticated, cancellationToken);
    }

    /// <summary>By preference value, shuffled among equal ones; our own host and all after it are left out.</summary>
    private List<string> Ordered(DnsRecord.Mx[] records)
    {
        var own = records.Where(record => record.Exchange.Equals(ourName, StringComparison.OrdinalIgnoreCase))
            .Select(record => record.Preference).DefaultIfEmpty(int.MaxValue).Min();
        lock (_randomLock)
            random.Shuffle(records);
        return
        [
            .. records.Where(record => record.Preference < own && record.Exchange != ".")
                .OrderBy(record => record.Preference).Select(record => record.Exchange).Take(MostHosts),
        ];
    }

    private async ValueTask<(IReadOnlyList<MailExchanger>, SmtpReply?)> AddressesAsync(
        List<string> hosts, string domain, bool isVouchedFor, CancellationToken cancellationToken)
    {
        var exchangers = new List<MailExchanger>();
        var (isTemporary, isPrivate) = (false, false);
        foreach (var host in hosts)
        {
            var v4 = dns.LookUpAsync(host, DnsRecordType.A, cancellationToken).AsTask();
            var v6 = dns.LookUpAsync(host, DnsRecordType.Aaaa, cancellationToken).AsTask();
            var answers = await Task.WhenAll(v4, v6);
            var isSecure = isVouchedFor && Array.TrueForAll(answers, answer => answer.IsTemporary || answer.Authenticated);
            foreach (var answer in answers)
            {
                isTemporary |= answer.IsTemporary;
                var canonical = answer.CanonicalName.Equals(host, StringComparison.OrdinalIgnoreCase) ? null : answer.CanonicalName;
                foreach (var address in answer.Addresses)
                {
                    if (MayConnect(address))
                        exchangers.Add(new MailExchanger(host, address)
                        {
                            Canonical = canonical,
                            IsVouchedFor = isVouchedFor,
                            IsSecure = isSecure,
                        });
                    else
                        isPrivate = true;
                }
            }
        }
        if (exchangers.Count > 0)
            return ([.. exchangers.Take(MostAddresses)], null);
        // Temporary, since DNS may change, and the operator may allow private addresses before the mail expires.
        if (isPrivate && !isTemporary)
        {
            return None(
                451,
                4,
                4,
                $"every mail exchanger of {domain} has a private address, which this relay does not connect to (allow_private_addresses)",
                PrivateAddress);
        }
        return isTemporary
            ? None(451, 4, 3, $"the addresses of the mail exchangers of {domain} could not be looked up", "dns")
            : None(550, 4, 4, $"no mail exchanger of {domain} has an address", "no_address");
    }

    /// <summary>RFC 5321 §4.1.3.</summary>
    private (IReadOnlyList<MailExchanger>, SmtpReply?) Literal(string domain)
    {
        var text = domain.Trim('[', ']');
        var isV6 = text.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase);
        return IpAddressText.TryParse(isV6 ? text.AsSpan(5) : text, out var address)
            && isV6 == (address.AddressFamily == AddressFamily.InterNetworkV6)
            ? OfLiteral(domain, address)
            : None(550, 1, 2, $"{domain} is no address", "no_such_domain");
    }

    /// <summary>A refusal is permanent here, since there is no DNS that could change.</summary>
    private (IReadOnlyList<MailExchanger>, SmtpReply?) OfLiteral(string domain, IPAddress address) => MayConnect(address)
        ? ([new MailExchanger(domain, address)], null)
        : None(550, 4, 4, $"{domain} is a private address, which this relay does not connect to (allow_private_addresses)", PrivateAddress);

    private bool MayConnect(IPAddress address) => privateAllowed || !PrivateAddresses.Contains(address);

    private static (IReadOnlyList<MailExchanger>, SmtpReply?) None(int code, int subject, int detail, string text, string reason) =>
        ([], SmtpReply.Create(code, subject, detail, text, reason));
}
