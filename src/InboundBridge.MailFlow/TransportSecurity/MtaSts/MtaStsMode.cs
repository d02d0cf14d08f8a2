namespace InboundBridge.MailFlow.TransportSecurity.MtaSts;

/// <summary>RFC 8461 §5.</summary>
public enum MtaStsMode
{
    None,
    Testing,
    Enforce,
}
