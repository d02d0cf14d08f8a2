using System.Net;
using System.Net.Sockets;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>The client's address, ready to be compared with networks. A mapped IPv4 address is an IPv4 address (RFC 7208 §5).</summary>
internal sealed class SpfClient
{
    private readonly UInt128 _bits;

    public SpfClient(IPAddress address)
    {
        Address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        IsIpv6 = Address.AddressFamily == AddressFamily.InterNetworkV6;
        _bits = SpfNetwork.ToBits(Address);
    }

    public IPAddress Address { get; }

    public bool IsIpv6 { get; }

    public DnsRecordType RecordType => IsIpv6 ? DnsRecordType.Aaaa : DnsRecordType.A;

    /// <summary>Macro <c>%{v}</c>.</summary>
    public string ReverseZone => IsIpv6 ? "ip6" : "in-addr";

    /// <summary>Macro <c>%{c}</c>.</summary>
    public string Readable => IsIpv6 ? new IPAddress(Address.GetAddressBytes()).ToString() : Address.ToString();

    /// <summary>Macro <c>%{i}</c>: for IPv6 a dot between all digits (RFC 7208 §7.3).</summary>
    public string Dotted => IsIpv6
        ? string.Join('.', Convert.ToHexString(Address.GetAddressBytes()).AsEnumerable())
        : Address.ToString();

    public bool IsIn(in SpfNetwork network) => network.IsIpv6 == IsIpv6 && network.Holds(_bits);

    /// <param name="other">An address from the DNS, of either family.</param>
    public bool Matches(IPAddress other, int ipv4Prefix, int ipv6Prefix) =>
        (other.AddressFamily == AddressFamily.InterNetworkV6) == IsIpv6
        && new SpfNetwork(IsIpv6, SpfNetwork.ToBits(other), IsIpv6 ? ipv6Prefix : ipv4Prefix).Holds(_bits);
}
