namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;

/// <summary>A public key. Safe for concurrent use.</summary>
internal abstract class VerificationKey
{
    /// <summary>The length of the key, of an RSA key that of its modulus.</summary>
    public abstract int Bits { get; }

    /// <param name="digest">SHA-256 of the signed header.</param>
    public abstract bool Verify(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature);
}
