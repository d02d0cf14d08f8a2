using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;

namespace InboundBridge.MailFlow.SenderAuthentication.Arc;

/// <summary>The three fields of one instance (RFC 8617 §4.2).</summary>
/// <param name="Results">The index of ARC-Authentication-Results in the header.</param>
internal sealed record ArcSet(int Results, SignatureTags Message, SignatureTags Seal)
{
    public KeyLookUp? SealKey { get; set; }

    /// <summary>Null unless this message signature is verified.</summary>
    public KeyLookUp? MessageKey { get; set; }

    public BodyHash? Body { get; set; }

    public bool IsSealerTrusted { get; set; }
}
