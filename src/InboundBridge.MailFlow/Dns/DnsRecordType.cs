namespace InboundBridge.MailFlow.Dns;

/// <summary>The types that mail asks for, by their number on the wire.</summary>
public enum DnsRecordType
{
    A = 1,
    Ns = 2,
    Cname = 5,
    Soa = 6,
    Ptr = 12,
    Mx = 15,
    Txt = 16,
    Aaaa = 28,

    /// <summary>RFC 6891; never asked for.</summary>
    Opt = 41,

    /// <summary>RFC 6698.</summary>
    Tlsa = 52,
}
