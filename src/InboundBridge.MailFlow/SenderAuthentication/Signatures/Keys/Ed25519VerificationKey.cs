using Org.BouncyCastle.Math.EC.Rfc8032;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;

/// <summary>Ed25519 over the SHA-256 of the signed header (RFC 8463 §3), by BouncyCastle, because .NET has none.</summary>
/// <param name="key">32 octets.</param>
internal sealed class Ed25519VerificationKey(byte[] key) : VerificationKey
{
    public override int Bits => 256;

    public override bool Verify(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature) =>
        signature.Length == Ed25519.SignatureSize && Ed25519.Verify(signature.ToArray(), 0, key, 0, digest.ToArray(), 0, digest.Length);
}
