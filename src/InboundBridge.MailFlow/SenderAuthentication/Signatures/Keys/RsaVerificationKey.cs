using System.Security.Cryptography;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;

/// <summary>
/// RSASSA-PKCS1-v1_5 with SHA-256. OpenSSL makes its own form of the key at the first use, not before: keys that are refused for their
/// length never get that far. Verifying changes nothing in that form, so any number of threads may do it.
/// </summary>
internal sealed class RsaVerificationKey(RSAParameters parameters, int bits) : VerificationKey
{
    private RSA? _rsa;

    public override int Bits => bits;

    public override bool Verify(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        try
        {
            return Key().VerifyHash(digest, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            // OpenSSL reports by it that the numbers are no RSA key, such as an even modulus. No signature fits them.
            return false;
        }
    }

    private RSA Key()
    {
        if (Volatile.Read(ref _rsa) is { } made)
            return made;
        var rsa = RSA.Create(parameters);
        if (Interlocked.CompareExchange(ref _rsa, rsa, null) is { } other)
        {
            rsa.Dispose();
            return other;
        }
        return rsa;
    }
}
