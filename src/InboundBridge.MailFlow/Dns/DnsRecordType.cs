namespace InboundBridge.MailFlow.Dns;

/// <summary>The record types that mail needs, by their number on the wire.</summary>
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

    /// <summary>RFC 6891. Never queried.</summary>
    Opt = 41,

    /// <summary>RFC 6698.</summary>
    Tlsa = 52,

    /// <summary>RFC 8659.</summary>
    Caa = 257,
}
