using System.Net;
using System.Net.Sockets;
using InboundBridge.MailFlow.Dns;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Delivery.SmtpRelay;

/// <summary>A host that takes mail for a domain, and one of its addresses.</summary>
internal sealed record MailExchanger(string Host, IPAddress Address);

/// <summary>Finds who takes mail for a domain (RFC 5321 §5.1, RFC 7505).</summary>
/// <param name="ourName">Our own host: mail never goes to it, nor to those that come after it.</param>
/// <param name="random">Spreads the load over hosts of the same preference.</param>
/// <param name="privateAllowed">
/// Addresses that are not the public internet's are used too. Otherwise a recipient's domain, which any sender chooses, would lead us into our own network. What
/// is checked here is what is connected to: no name is looked up a second time.
/// </param>
internal sealed class MailExchangers(IDnsResolver dns, string ourName, Random random, bool privateAllowed = false)
{
    /// <summary>Hosts and addresses that one attempt goes through; Postfix's smtp_mx_address_limit is 5.</summary>
    private const int MostHosts = 5;
    private const int MostAddresses = 10;

    /// <summary>The reply's reason where nothing but private addresses was found.</summary>
    public const string PrivateAddress = "private_address";

    private readonly Lock _randomLock = new();

    /// <summary>In the order in which they are to be tried; or none, and the reply that says why.</summary>
    public async ValueTask<(IReadOnlyList<MailExchanger> Exchangers, SmtpReply? Refusal)> FindAsync(string domain, CancellationToken cancellationToken)
    {
        if (domain.StartsWith('['))
            return Literal(domain);
        var answer = await dns.LookUpAsync(domain, DnsRecordType.Mx, cancellationToken);
        switch (answer.Status)
        {
            case DnsStatus.NoSuchName:
                return None(550, 1, 2, $"the domain {domain} does not exist", "no_such_domain");
            // RFC 5321 §5.1: without MX the domain's own address counts.
            case DnsStatus.NoData:
                return await AddressesAsync([domain], domain, cancellationToken);
            case DnsStatus.Success:
                break;
            default:
                return None(451, 4, 3, $"the mail exchangers of {domain} could not be looked up: {answer.Detail}", "dns");
        }
        var records = answer.Records.OfType<DnsRecord.Mx>().ToArray();
        if (records is [{ Exchange: "." }])
            return None(556, 1, 10, $"the domain {domain} takes no mail (RFC 7505)", "null_mx");
        var hosts = Ordered(records);
        return hosts.Count == 0 ? None(554, 4, 6, $"mail for {domain} loops back to us", "loop") : await AddressesAsync(hosts, domain, cancellationToken);
    }

    /// <summary>By preference, shuffled within one; from our own host on, nothing.</summary>
    private List<string> Ordered(DnsRecord.Mx[] records)
    {
        var own = records.Where(record => record.Exchange.Equals(ourName, StringComparison.OrdinalIgnoreCase)).Select(record => record.Preference).DefaultIfEmpty(int.MaxValue).Min();
        lock (_randomLock)
            random.Shuffle(records);
        return [.. records.Where(record => record.Preference < own && record.Exchange != ".").OrderBy(record => record.Preference).Select(record => record.Exchange).Take(MostHosts)];
    }

    private async ValueTask<(IReadOnlyList<MailExchanger>, SmtpReply?)> AddressesAsync(List<string> hosts, string domain, CancellationToken cancellationToken)
    {
        var exchangers = new List<MailExchanger>();
        var (isTemporary, isPrivate) = (false, false);
        foreach (var host in hosts)
        {
            var v4 = dns.LookUpAsync(host, DnsRecordType.A, cancellationToken).AsTask();
            var v6 = dns.LookUpAsync(host, DnsRecordType.Aaaa, cancellationToken).AsTask();
            foreach (var answer in await Task.WhenAll(v4, v6))
            {
                isTemporary |= answer.IsTemporary;
                foreach (var address in answer.Addresses)
                {
                    if (MayConnect(address))
                        exchangers.Add(new MailExchanger(host, address));
                    else
                        isPrivate = true;
                }
            }
        }
        if (exchangers.Count > 0)
            return ([.. exchangers.Take(MostAddresses)], null);
        // Temporary: names change, and where our own resolver answers with inside addresses, the operator allows them before the mail is too old.
        if (isPrivate && !isTemporary)
            return None(451, 4, 4, $"every mail exchanger of {domain} has a private address, which this relay does not connect to (allow_private_addresses)", PrivateAddress);
        return isTemporary
            ? None(451, 4, 3, $"the addresses of the mail exchangers of {domain} could not be looked up", "dns")
            : None(550, 4, 4, $"no mail exchanger of {domain} has an address", "no_address");
    }

    /// <summary>RFC 5321 §4.1.3.</summary>
    private (IReadOnlyList<MailExchanger>, SmtpReply?) Literal(string domain)
    {
        var text = domain.Trim('[', ']');
        var isV6 = text.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase);
        return IPAddress.TryParse(isV6 ? text[5..] : text, out var address) && isV6 == (address.AddressFamily == AddressFamily.InterNetworkV6)
            ? OfLiteral(domain, address)
            : None(550, 1, 2, $"{domain} is no address", "no_such_domain");
    }

    /// <summary>Permanent, since no look-up will ever say otherwise.</summary>
    private (IReadOnlyList<MailExchanger>, SmtpReply?) OfLiteral(string domain, IPAddress address) => MayConnect(address)
        ? ([new MailExchanger(domain, address)], null)
        : None(550, 4, 4, $"{domain} is a private address, which this relay does not connect to (allow_private_addresses)", PrivateAddress);

    private bool MayConnect(IPAddress address) => privateAllowed || !PrivateAddresses.Contains(address);

    private static (IReadOnlyList<MailExchanger>, SmtpReply?) None(int code, int subject, int detail, string text, string reason) =>
        ([], SmtpReply.Create(code, subject, detail, text, reason));
}
