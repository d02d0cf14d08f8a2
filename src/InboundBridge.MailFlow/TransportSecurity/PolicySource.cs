namespace InboundBridge.MailFlow.TransportSecurity;

/// <summary>Where a demand comes from.</summary>
public enum PolicySource
{
    None,
    MtaSts,
    Dane,

    /// <summary>The sender's REQUIRETLS (RFC 8689).</summary>
    RequireTls,
}
