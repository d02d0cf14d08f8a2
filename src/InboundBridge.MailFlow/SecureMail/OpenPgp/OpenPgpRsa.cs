using System.Security.Cryptography;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace InboundBridge.MailFlow.SecureMail.OpenPgp;

/// <summary>
/// RSA signatures (RFC 9580 §5.2.4) by the platform. The library tests the modulus for each signature anew, which takes a hundred times as
/// long as the signature, and its digests are slower.
/// </summary>
internal static class OpenPgpRsa
{
    /// <summary>The digest to append the content to; null where this class has to leave the signature to the library.</summary>
    public static IncrementalHash? DigestFor(PgpSignature signature, PgpPublicKey signer) =>
        IsRsa(signature.KeyAlgorithm) && IsRsa(signer.Algorithm) && signature.Version is 3 or 4 && signer.Version == 4
            && signature.SignatureType != PgpSignature.CanonicalTextDocument && NameOf(signature.HashAlgorithm) is { } name
            ? IncrementalHash.CreateHash(name) : null;

    /// <param name="digest">Of the content. Ends with this.</param>
    /// <exception cref="CryptographicException">The key can't be used.</exception>
    public static bool Verifies(PgpSignature signature, PgpPublicKey signer, IncrementalHash digest)
    {
        digest.AppendData(signature.GetSignatureTrailer());
        var key = (RsaPublicBcpgKey)signer.PublicKeyPacket.Key;
        var modulus = key.Modulus.ToByteArrayUnsigned();
        var value = signature.GetSignature();
        if (value.Length > modulus.Length)
            return false;
        var padded = new byte[modulus.Length];
        value.CopyTo(padded, modulus.Length - value.Length);
        using var rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = key.PublicExponent.ToByteArrayUnsigned() });
        return rsa.VerifyHash(digest.GetHashAndReset(), padded, digest.AlgorithmName, RSASignaturePadding.Pkcs1);
    }

    private static bool IsRsa(PublicKeyAlgorithmTag algorithm) =>
        algorithm is PublicKeyAlgorithmTag.RsaGeneral or PublicKeyAlgorithmTag.RsaSign;

    private static HashAlgorithmName? NameOf(HashAlgorithmTag algorithm) => algorithm switch
    {
        HashAlgorithmTag.Sha1 => HashAlgorithmName.SHA1,
        HashAlgorithmTag.Sha256 => HashAlgorithmName.SHA256,
        HashAlgorithmTag.Sha384 => HashAlgorithmName.SHA384,
        HashAlgorithmTag.Sha512 => HashAlgorithmName.SHA512,
        _ => null,
    };
}
