using System.Formats.Asn1;
using System.Security.Cryptography;
using Curve = Org.BouncyCastle.Math.EC.Rfc8032.Ed25519;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;

/// <summary>A private key that signs mail. Safe for concurrent use.</summary>
internal abstract class SignerKey
{
    private const string Ed25519Oid = "1.3.101.112";

    /// <summary>RFC 5480 §2.1.1: ECDSA, which no signature of mail uses.</summary>
    private const string EllipticCurveOid = "1.2.840.10045.2.1";

    private const string NotForMail = "this is a key for ECDSA (EC), and mail is signed with RSA or Ed25519";

    /// <summary>Tag <c>a=</c> of the signatures.</summary>
    public abstract string Algorithm { get; }

    /// <summary>The text of the TXT record that publishes the public key.</summary>
    public abstract string Record { get; }

    /// <summary>Reads a PEM file: PKCS #8 with an RSA or Ed25519 key (RFC 8410 §7), or PKCS #1.</summary>
    /// <exception cref="FormatException">It is none of these, or the RSA key has less than 1,024 bits (RFC 8301 §3.2).</exception>
    public static SignerKey Read(string pem)
    {
        try
        {
            var fields = PemEncoding.Find(pem);
            var label = pem[fields.Label];
            if (label == "EC PRIVATE KEY")
                throw new FormatException(NotForMail);
            if (label is not ("PRIVATE KEY" or "RSA PRIVATE KEY"))
                throw new FormatException($"this is no private key in PEM, but {label}");
            var der = Convert.FromBase64String(pem[fields.Base64Data]);
            if (label == "PRIVATE KEY" && AlgorithmOf(der) == EllipticCurveOid)
                throw new FormatException(NotForMail);
            if (label == "PRIVATE KEY" && Ed25519Seed(der) is { } seed)
                return new Ed25519(seed);
            var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return rsa.KeySize >= 1024 ? new Rsa(rsa) : throw new FormatException("an RSA key has at least 1,024 bits");
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException or AsnContentException)
        {
            throw new FormatException("this is no private key of RSA or Ed25519 in PEM", error);
        }
    }

    /// <param name="digest">SHA-256 of the signed header.</param>
    public abstract byte[] Sign(ReadOnlySpan<byte> digest);

    private static string AlgorithmOf(byte[] der)
    {
        var info = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        info.ReadIntegerBytes();
        return info.ReadSequence().ReadObjectIdentifier();
    }

    /// <summary>Null when the key is of another kind.</summary>
    private static byte[]? Ed25519Seed(byte[] der)
    {
        var info = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        info.ReadIntegerBytes();
        return info.ReadSequence().ReadObjectIdentifier() == Ed25519Oid
            ? new AsnReader(info.ReadOctetString(), AsnEncodingRules.BER).ReadOctetString() : null;
    }

    private sealed class Rsa(RSA key) : SignerKey
    {
        public override string Algorithm => "rsa-sha256";

        public override string Record => $"v=DKIM1; k=rsa; p={Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())}";

        public override byte[] Sign(ReadOnlySpan<byte> digest) =>
            key.SignHash(digest.ToArray(), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private sealed class Ed25519 : SignerKey
    {
        private readonly byte[] _seed;
        private readonly byte[] _publicKey = new byte[Curve.PublicKeySize];

        public Ed25519(byte[] seed)
        {
            if (seed.Length != Curve.SecretKeySize)
                throw new CryptographicException("an Ed25519 key has 32 octets");
            _seed = seed;
            Curve.GeneratePublicKey(seed, 0, _publicKey, 0);
        }

        public override string Algorithm => "ed25519-sha256";

        public override string Record => $"v=DKIM1; k=ed25519; p={Convert.ToBase64String(_publicKey)}";

        public override byte[] Sign(ReadOnlySpan<byte> digest)
        {
            var signature = new byte[Curve.SignatureSize];
            var message = digest.ToArray();
            Curve.Sign(_seed, 0, message, 0, message.Length, signature, 0);
            return signature;
        }
    }
}
