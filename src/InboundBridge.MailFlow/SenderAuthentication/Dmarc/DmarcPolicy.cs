namespace InboundBridge.MailFlow.SenderAuthentication.Dmarc;

/// <summary>What a domain asks receivers to do with mail that fails (RFC 9989 §4.7), from the mildest to the strictest.</summary>
internal enum DmarcPolicy
{
    None,
    Quarantine,
    Reject,
}
