namespace InboundBridge.MailFlow.SenderAuthentication.Signatures;

/// <summary>Tag <c>a=</c>.</summary>
internal enum SignatureAlgorithm
{
    RsaSha256,

    /// <summary>Historic: it never passes (RFC 8301 §3.1), so it is not even computed.</summary>
    RsaSha1,

    /// <summary>RFC 8463.</summary>
    Ed25519Sha256,
}
