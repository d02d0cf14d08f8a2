using System.Net;

namespace InboundBridge.MailFlow.Dns;

/// <summary>
/// One record of an answer: a closed set. Names are in presentation form without the last dot, the root is <c>.</c>, in lower case.
/// </summary>
/// <param name="TimeToLive">Seconds.</param>
public abstract record DnsRecord(string Name, DnsRecordType Type, int TimeToLive)
{
    public sealed record Address(string Name, DnsRecordType Type, int TimeToLive, IPAddress Ip) : DnsRecord(Name, Type, TimeToLive);

    /// <summary>A mail exchanger. A single <c>.</c> with preference 0 says that the domain accepts no mail (RFC 7505).</summary>
    public sealed record Mx(string Name, int TimeToLive, int Preference, string Exchange) : DnsRecord(Name, DnsRecordType.Mx, TimeToLive);

    /// <summary>CNAME, PTR or NS.</summary>
    public sealed record Target(string Name, DnsRecordType Type, int TimeToLive, string Host) : DnsRecord(Name, Type, TimeToLive);

    /// <summary>The strings of the record, joined without a separator. Each character is one octet (Latin-1).</summary>
    public sealed record Txt(string Name, int TimeToLive, string Text) : DnsRecord(Name, DnsRecordType.Txt, TimeToLive);

    /// <summary>RFC 6698 §2.1.</summary>
    public sealed record Tlsa(string Name, int TimeToLive, int Usage, int Selector, int Matching, ReadOnlyMemory<byte> Data)
        : DnsRecord(Name, DnsRecordType.Tlsa, TimeToLive);

    /// <summary>Which authority may issue certificates (RFC 8659 §4.1).</summary>
    /// <param name="IsCritical">An authority that does not know the tag must not issue any.</param>
    /// <param name="Tag">In lower case: <c>issue</c>, <c>issuewild</c>, <c>iodef</c> and others.</param>
    public sealed record Caa(string Name, int TimeToLive, bool IsCritical, string Tag, string Value)
        : DnsRecord(Name, DnsRecordType.Caa, TimeToLive);

    /// <param name="Minimum">The TTL of negative answers (RFC 2308 §4), in seconds.</param>
    public sealed record Soa(string Name, int TimeToLive, int Minimum) : DnsRecord(Name, DnsRecordType.Soa, TimeToLive);
}
