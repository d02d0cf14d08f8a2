namespace InboundBridge.MailFlow.TransportSecurity;

/// <summary>What a connection to a mail exchanger must prove before mail goes over it.</summary>
public enum ChannelDemand
{
    /// <summary>Nothing: TLS when it is offered, with any certificate (RFC 7435).</summary>
    Opportunistic,

    /// <summary>TLS with any certificate (RFC 7672 §2.2: TLSA records that can't be used).</summary>
    Encrypted,

    /// <summary>TLS with a certificate of a trusted authority for the host (RFC 8461 §4.2).</summary>
    Authenticated,

    /// <summary>TLS with a certificate that matches the host's TLSA records (RFC 7672).</summary>
    Dane,
}
