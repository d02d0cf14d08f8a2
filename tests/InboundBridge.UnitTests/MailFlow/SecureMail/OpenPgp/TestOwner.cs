using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Security;

namespace InboundBridge.UnitTests.MailFlow.SecureMail.OpenPgp;

/// <summary>Somebody with a key and a subkey for signatures, who can sign what belongs to them and what does not.</summary>
internal sealed class TestOwner
{
    public static readonly DateTime Created = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly string _userId;
    private readonly PgpKeyPair _master = Pair();

    public TestOwner(string userId) => _userId = userId;

    public PgpKeyPair Subkey { get; } = Pair();

    public PgpPublicKey Master => _master.PublicKey;

    /// <param name="subkey">Null: the owner's own.</param>
    /// <param name="confirms">Signs the subkey's confirmation; null: there is none.</param>
    /// <param name="flags">What the subkey is for.</param>
    /// <param name="masterSeconds">From its creation to its expiry; 0: it does not expire.</param>
    public PgpPublicKeyRing Ring(
        PgpKeyPair? subkey = null, PgpKeyPair? confirms = null, int flags = PgpKeyFlags.CanSign, int masterSeconds = 0,
        int subkeySeconds = 0)
    {
        subkey ??= Subkey;
        var self = new PgpSignatureSubpacketGenerator();
        self.SetKeyFlags(false, PgpKeyFlags.CanCertify);
        if (masterSeconds > 0)
            self.SetKeyExpirationTime(false, masterSeconds);
        var ring = new PgpKeyRingGenerator(
            PgpSignature.PositiveCertification, _master, _userId, SymmetricKeyAlgorithmTag.Aes256, HashAlgorithmTag.Sha256,
            Encoding.UTF8.GetBytes("secret"), true, self.Generate(), null, new SecureRandom());
        var binding = new PgpSignatureSubpacketGenerator();
        binding.SetKeyFlags(false, flags);
        if (subkeySeconds > 0)
            binding.SetKeyExpirationTime(false, subkeySeconds);
        if (confirms is not null)
            binding.AddEmbeddedSignature(false, Confirmation(confirms, subkey.PublicKey));
        ring.AddSubKey(subkey, binding.Generate(), null, HashAlgorithmTag.Sha256);
        return ring.GeneratePublicKeyRing();
    }

    public PgpPublicKeyRing UsualRing() => Ring(confirms: Subkey);

    public PgpSignature Revocation() => Generator(PgpSignature.KeyRevocation).GenerateCertification(Master);

    public PgpSignature SubkeyRevocation() =>
        Generator(PgpSignature.SubkeyRevocation).GenerateCertification(Master, Subkey.PublicKey);

    public PgpSignature Certification(string userId, PgpPublicKey of, int type = PgpSignature.PositiveCertification) =>
        Generator(type).GenerateCertification(userId, of);

    /// <summary>A detached signature by the subkey.</summary>
    public byte[] Sign(string entity)
    {
        var generator = new PgpSignatureGenerator(Subkey.PublicKey.Algorithm, HashAlgorithmTag.Sha256);
        generator.InitSign(PgpSignature.BinaryDocument, Subkey.PrivateKey);
        generator.Update(Encoding.UTF8.GetBytes(entity));
        return TestKeyring.Armored(generator.Generate().Encode);
    }

    /// <summary>The ring with another state of its master key, or of its subkey.</summary>
    public static PgpPublicKeyRing With(PgpPublicKeyRing ring, PgpPublicKey changed) =>
        PgpPublicKeyRing.InsertPublicKey(PgpPublicKeyRing.RemovePublicKey(ring, ring.GetPublicKey(changed.KeyId)) ?? ring, changed);

    private PgpSignature Confirmation(PgpKeyPair by, PgpPublicKey subkey)
    {
        var generator = new PgpSignatureGenerator(by.PublicKey.Algorithm, HashAlgorithmTag.Sha256);
        generator.InitSign(PgpSignature.PrimaryKeyBinding, by.PrivateKey);
        return generator.GenerateCertification(Master, subkey);
    }

    private PgpSignatureGenerator Generator(int type)
    {
        var generator = new PgpSignatureGenerator(_master.PublicKey.Algorithm, HashAlgorithmTag.Sha256);
        generator.InitSign(type, _master.PrivateKey);
        return generator;
    }

    private static PgpKeyPair Pair()
    {
        using var rsa = RSA.Create(2048);
        return new PgpKeyPair(PublicKeyAlgorithmTag.RsaGeneral, DotNetUtilities.GetRsaKeyPair(rsa), Created);
    }
}
