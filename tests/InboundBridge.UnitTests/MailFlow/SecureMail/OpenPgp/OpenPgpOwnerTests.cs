using InboundBridge.MailFlow.SecureMail;
using InboundBridge.MailFlow.SecureMail.OpenPgp;
using InboundBridge.MailFlow.Verdicts;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace InboundBridge.UnitTests.MailFlow.SecureMail.OpenPgp;

/// <summary>Which subkeys and user IDs belong to a key of the keyring: those that its owner has signed.</summary>
public sealed class OpenPgpOwnerTests : IDisposable
{
    private static readonly TestOwner Al = new("Al <al@customer.com>");
    private static readonly TestOwner Mallory = new("Mallory <mallory@customer.com>");

    private readonly string _folder = Directory.CreateTempSubdirectory("owners").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Made by gpg 2.2: a master key that certifies only, and a subkey that signs; and one key for both.</summary>
    [Theory]
    [InlineData("ed25519", "al@customer.com")]
    [InlineData("ed25519", "al@example.org")]
    [InlineData("rsa3072", "bo@customer.com")]
    public void Keys_as_gpg_makes_them_are_believed(string kind, string author)
    {
        var folder = Path.Combine(RepositoryFiles.Root, "tests/testdata/openpgp");
        var signature = File.ReadAllBytes(Path.Combine(folder, $"{kind}-signature.asc"));
        var verdict = Verdict(OpenPgpKeys.Read(Path.Combine(folder, $"{kind}-keys.asc"), null, 4096), signature, author);
        Assert.Equal((SignatureResult.Valid, author, null), (verdict.Result, verdict.Signer, verdict.Reason));
    }

    [Fact]
    public void A_subkey_counts_when_both_keys_have_signed_it()
    {
        Assert.Equal(SignatureResult.Valid, Verdict(Al.UsualRing()).Result);
        AssertUnknown("the subkey has not signed the key", Verdict(Al.Ring(confirms: null)));
        AssertUnknown("the subkey has not signed the key", Verdict(Al.Ring(confirms: Mallory.Subkey)));
        AssertUnknown("the key is not for signatures", Verdict(Al.Ring(confirms: Al.Subkey, flags: PgpKeyFlags.CanEncryptStorage)));
        // Signed by somebody else than the owner.
        var stranger = Mallory.Ring(subkey: Al.Subkey, confirms: Al.Subkey).GetPublicKey(Al.Subkey.KeyId);
        AssertUnknown("has not signed the subkey", Verdict(TestOwner.With(Al.UsualRing(), stranger)));
    }

    [Fact]
    public void Nobody_takes_the_subkey_of_somebody_else()
    {
        var stolen = Mallory.Ring(subkey: Al.Subkey, confirms: null);
        AssertUnknown("the subkey has not signed the key", Verdict(Keys(stolen), Al.Sign(SecureMails.Entity), "mallory@customer.com"));
        // The owner of the signature is found, whatever else the keyring says, and in whatever order.
        foreach (PgpPublicKeyRing[] rings in new[] { new[] { Al.UsualRing(), stolen }, [stolen, Al.UsualRing()] })
        {
            Assert.Equal(SignatureResult.Valid, Verdict(Keys(rings), Al.Sign(SecureMails.Entity), "al@customer.com").Result);
            AssertUnknown("not the author", Verdict(Keys(rings), Al.Sign(SecureMails.Entity), "mallory@customer.com"));
        }
    }

    [Fact]
    public void A_user_id_counts_when_its_owner_has_signed_it()
    {
        var ring = Al.UsualRing();
        var own = Assert.Single(ring.GetPublicKey().GetSignaturesForId("Al <al@customer.com>"));
        foreach (var forged in new[] { own, Mallory.Certification("boss@customer.com", Al.Master) })
        {
            var named = PgpPublicKey.AddCertification(ring.GetPublicKey(), "boss@customer.com", forged);
            AssertUnknown("not the author", Verdict(Keys(TestOwner.With(ring, named)), Al.Sign(SecureMails.Entity), "boss@customer.com"));
        }
        var signed = Al.Certification("boss@customer.com", Al.Master);
        var second = PgpPublicKey.AddCertification(ring.GetPublicKey(), "boss@customer.com", signed);
        Assert.Equal(
            SignatureResult.Valid, Verdict(Keys(TestOwner.With(ring, second)), Al.Sign(SecureMails.Entity), "boss@customer.com").Result);
        var revoked = PgpPublicKey.AddCertification(
            second, "boss@customer.com", Al.Certification("boss@customer.com", Al.Master, PgpSignature.CertificationRevocation));
        AssertUnknown("not the author", Verdict(Keys(TestOwner.With(ring, revoked)), Al.Sign(SecureMails.Entity), "boss@customer.com"));
        var bare = PgpPublicKey.RemoveCertification(ring.GetPublicKey(), "Al <al@customer.com>");
        AssertUnknown("none of the key's user IDs", Verdict(TestOwner.With(ring, bare)));
    }

    [Fact]
    public void Revoked_and_expired_keys_sign_nothing()
    {
        var ring = Al.UsualRing();
        var revoked = TestOwner.With(ring, PgpPublicKey.AddCertification(ring.GetPublicKey(), Al.Revocation()));
        AssertUnknown("the key is revoked", Verdict(revoked));
        AssertUnknown("the key is revoked", Verdict(Keys(revoked, ring), Al.Sign(SecureMails.Entity), "al@customer.com"));
        var forged = PgpPublicKey.AddCertification(ring.GetPublicKey(), Mallory.Revocation());
        Assert.Equal(SignatureResult.Valid, Verdict(TestOwner.With(ring, forged)).Result);
        var subkey = PgpPublicKey.AddCertification(ring.GetPublicKey(Al.Subkey.KeyId), Al.SubkeyRevocation());
        AssertUnknown("the key is revoked", Verdict(TestOwner.With(ring, subkey)));
        var seconds = (int)(SecureMails.Now.UtcDateTime - TestOwner.Created).TotalSeconds;
        AssertUnknown("the key is expired", Verdict(Al.Ring(confirms: Al.Subkey, masterSeconds: seconds - 1)));
        AssertUnknown("the key is expired", Verdict(Al.Ring(confirms: Al.Subkey, subkeySeconds: seconds - 1)));
        Assert.Equal(
            SignatureResult.Valid, Verdict(Al.Ring(confirms: Al.Subkey, masterSeconds: seconds + 1, subkeySeconds: seconds + 1)).Result);
        Assert.Equal([("al@customer.com", "the key is revoked")], Keys(revoked).UnusableAt(SecureMails.Now));
        Assert.Empty(Keys(ring).UnusableAt(SecureMails.Now));
    }

    private static void AssertUnknown(string reason, SignatureVerdict verdict)
    {
        Assert.Contains(reason, verdict.Reason, StringComparison.Ordinal);
        Assert.Equal(SignatureResult.Unknown, verdict.Result);
    }

    /// <summary>On a mail of Al, signed by his subkey.</summary>
    private SignatureVerdict Verdict(PgpPublicKeyRing ring) => Verdict(Keys(ring), Al.Sign(SecureMails.Entity), "al@customer.com");

    private static SignatureVerdict Verdict(OpenPgpKeys keys, byte[] signature, string author)
    {
        var mail = SecureMails.Mail(OpenPgpTests.Beside(SecureMails.Entity, signature), author);
        return Assert.Single(SecureMailReader.Read(mail, new SecureMailKeys { OpenPgp = keys }, SecureMails.Now).Signatures);
    }

    private OpenPgpKeys Keys(params PgpPublicKeyRing[] rings)
    {
        var file = Path.Combine(_folder, "keys.asc");
        File.WriteAllBytes(file, [.. rings.SelectMany(ring => TestKeyring.Armored(ring.Encode))]);
        return OpenPgpKeys.Read(file, null, 4096);
    }
}
