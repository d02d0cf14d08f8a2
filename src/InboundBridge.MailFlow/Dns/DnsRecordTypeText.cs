namespace InboundBridge.MailFlow.Dns;

/// <summary>The names of record types as the DNS writes them.</summary>
public static class DnsRecordTypeText
{
    public static string Text(this DnsRecordType type) => type switch
    {
        DnsRecordType.A => "A",
        DnsRecordType.Ns => "NS",
        DnsRecordType.Cname => "CNAME",
        DnsRecordType.Soa => "SOA",
        DnsRecordType.Ptr => "PTR",
        DnsRecordType.Mx => "MX",
        DnsRecordType.Txt => "TXT",
        DnsRecordType.Aaaa => "AAAA",
        DnsRecordType.Opt => "OPT",
        DnsRecordType.Tlsa => "TLSA",
        DnsRecordType.Caa => "CAA",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}
