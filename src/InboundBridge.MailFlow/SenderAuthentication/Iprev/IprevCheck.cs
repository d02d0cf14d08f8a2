using System.Net;
using System.Net.Sockets;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.Iprev;

/// <summary>
/// The name of the client by its PTR record, confirmed by its addresses (RFC 8601 §3). Nobody but the owner of both can make it pass.
/// </summary>
public sealed class IprevCheck(IprevOptions options)
{
    /// <returns>Throws only when cancelled.</returns>
    public async ValueTask<IprevVerdict> CheckAsync(IDnsResolver dns, IPAddress client, CancellationToken cancellationToken)
    {
        client = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : new IPAddress(client.GetAddressBytes());
        var names = await dns.LookUpAsync(DnsName.Reverse(client), DnsRecordType.Ptr, cancellationToken);
        if (names.IsTemporary)
            return new IprevVerdict(CheckResult.TempError);
        var hosts = names.Records.OfType<DnsRecord.Target>().Select(record => record.Host).Distinct(StringComparer.Ordinal)
            .Take(options.MostNames).ToArray();
        // RFC 8601 §2.7.3: without a name there is nothing to confirm, and it will stay so.
        if (hosts.Length == 0)
            return new IprevVerdict(CheckResult.PermError);
        var type = client.AddressFamily == AddressFamily.InterNetwork ? DnsRecordType.A : DnsRecordType.Aaaa;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lookUps = hosts.Select(host => dns.LookUpAsync(host, type, ending.Token).AsTask()).ToArray();
        var temporary = false;
        try
        {
            for (var index = 0; index < hosts.Length; index++)
            {
                var answer = await lookUps[index];
                temporary |= answer.IsTemporary;
                if (answer.Addresses.Contains(client))
                    return new IprevVerdict(CheckResult.Pass, hosts[index]);
            }
        }
        finally
        {
            // Behind a name that is confirmed, the answers about others are not needed.
            await ending.CancelAsync();
        }
        return temporary ? new IprevVerdict(CheckResult.TempError) : new IprevVerdict(CheckResult.Fail) { Unconfirmed = hosts };
    }
}
