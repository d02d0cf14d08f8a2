namespace InboundBridge.MailFlow.SenderAuthentication.Signatures;

/// <summary>The fields that are signatures, which share most of their tags.</summary>
internal enum SignatureKind
{
    /// <summary>DKIM-Signature (RFC 6376 §3.5).</summary>
    Dkim,

    /// <summary>ARC-Message-Signature (RFC 8617 §4.1.2).</summary>
    ArcMessage,

    /// <summary>ARC-Seal (RFC 8617 §4.1.3).</summary>
    ArcSeal,
}
