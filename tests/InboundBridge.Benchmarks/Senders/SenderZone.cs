using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.Benchmarks.Senders;

/// <summary>
/// What DNS says of the domain that sends: an SPF record that lets the client through, one DKIM key, a DMARC policy, and the client's name
/// with its confirmation. The domains <c>u0.sender.example</c>, <c>u1.sender.example</c> and so on say the same, so that each mail can ask
/// for names that no cache has.
/// </summary>
/// <param name="key">The text of the key's record.</param>
/// <param name="spfRecords">How many SPF records there are, each of which includes the next; the last has the client's network.</param>
internal sealed partial class SenderZone(string key, int spfRecords, uint ttl)
{
    /// <summary>Not below .test, of which libunbound says by itself that nothing is there (RFC 6761 §6.2).</summary>
    public const string Domain = "sender.example";
    public const string Selector = "s1";
    public const string ClientName = "mail.sender.example";

    /// <summary>Seconds.</summary>
    public uint Ttl => ttl;

    /// <summary>Look-ups of one mail of which each begins after the one before; keys and policies depend on none.</summary>
    public int LongestChain => spfRecords;

    /// <param name="name">In lower case, without the last dot.</param>
    /// <returns>The record's data, empty where the name has none of this type; null where there is no such name.</returns>
    public byte[]? Find(string name, DnsRecordType type)
    {
        if (name == "25.0.18.198.in-addr.arpa")
            return type == DnsRecordType.Ptr ? Name(ClientName) : [];
        var match = Sender().Match(name);
        if (!match.Success)
            return null;
        var domain = match.Groups["domain"].Value;
        return (match.Groups["host"].Value, type) switch
        {
            ("", DnsRecordType.Txt) => Text(Spf(1, domain)),
            ("", DnsRecordType.Mx) => [0, 10, .. Name(ClientName)],
            ("" or "mail.", DnsRecordType.A) => PrivateNetwork.Client.GetAddressBytes(),
            ($"{Selector}._domainkey.", DnsRecordType.Txt) => Text(key),
            ("_dmarc.", DnsRecordType.Txt) => Text("v=DMARC1; p=reject"),
            (['_', 's', 'p', 'f', var digit, '.'], DnsRecordType.Txt) => Text(Spf(digit - '0', domain)),
            _ => [],
        };
    }

    private static byte[] Name(string name) => [.. name.Split('.').SelectMany(Label), 0];

    private static byte[] Label(string label) => [(byte)label.Length, .. Encoding.ASCII.GetBytes(label)];

    /// <summary>In strings of at most 255 octets (RFC 1035 §3.3.14).</summary>
    private static byte[] Text(string text) => [.. text.Chunk(255).SelectMany(part => Label(new string(part)))];

    private string Spf(int number, string domain) =>
        number < spfRecords ? $"v=spf1 include:_spf{number + 1}.{domain} -all" : $"v=spf1 ip4:{Network} -all";

    private static IPNetwork Network { get; } = new(new IPAddress([198, 18, 0, 0]), 24);

    [GeneratedRegex(@"^(?<host>mail\.|s1\._domainkey\.|_dmarc\.|_spf[2-9]\.)?(?<domain>(?:u\d{1,9}\.)?sender\.example)$")]
    private static partial Regex Sender();
}
