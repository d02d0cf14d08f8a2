namespace InboundBridge.MailFlow.SenderAuthentication.Signatures;

/// <summary>RFC 6376 §3.4.</summary>
internal enum Canonicalization
{
    Simple,
    Relaxed,
}
