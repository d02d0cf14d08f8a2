using System.Text;
using InboundBridge.MailFlow.SecureMail;
using InboundBridge.MailFlow.SecureMail.OpenPgp;
using InboundBridge.MailFlow.Verdicts;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Security;

namespace InboundBridge.UnitTests.MailFlow.SecureMail.OpenPgp;

/// <summary>OpenPGP: who is believed, what is altered, what is opened.</summary>
public sealed class OpenPgpTests : IDisposable
{
    private const string Password = "secret";

    private static readonly PgpSecretKey Al = TestKeyring.Make("Al <al@customer.com>", Password);
    private static readonly PgpSecretKey Support = TestKeyring.Make("support@example.com", Password);

    private readonly string _folder = Directory.CreateTempSubdirectory("openpgp").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(PgpSignature.BinaryDocument)]
    [InlineData(PgpSignature.CanonicalTextDocument)]
    public void A_signature_of_the_author_by_a_key_of_the_keyring_is_valid(int type)
    {
        var found = Read(SecureMails.Mail(Beside(SecureMails.Entity, Sign(SecureMails.Entity, Al, type))), Keyring(Al.PublicKey));
        Assert.Equal(
            new SignatureVerdict("openpgp", SignatureResult.Valid) { Signer = "al@customer.com" }, Assert.Single(found.Signatures));
        Assert.Null(found.Content);
    }

    [Fact]
    public void Changes_are_invalid_and_strangers_unknown()
    {
        var altered = Beside(SecureMails.Entity.Replace("broke", "works", StringComparison.Ordinal), Sign(SecureMails.Entity, Al));
        Assert.Equal(SignatureResult.Invalid, Result(SecureMails.Mail(altered), Keyring(Al.PublicKey)));
        var good = Beside(SecureMails.Entity, Sign(SecureMails.Entity, Al));
        Assert.Equal(SignatureResult.Unknown, Result(SecureMails.Mail(good), Keyring(Support.PublicKey)));
        Assert.Equal(SignatureResult.Unknown, Result(SecureMails.Mail(good, "bo@customer.com"), Keyring(Al.PublicKey)));
    }

    [Fact]
    public void What_a_secret_key_opens_is_shown_and_its_signature_is_checked()
    {
        var mail = SecureMails.Mail(Encrypted(Packed(SecureMails.Entity, Al), Support.PublicKey));
        var found = Read(mail, Keyring(Al.PublicKey, Support));
        Assert.Equal(SecureMails.Entity, Encoding.UTF8.GetString(found.Content!.Value.Span));
        Assert.Equal(SignatureResult.Valid, SignatureText.Summary(found.Signatures));
        Assert.Contains("not configured", Assert.Single(Read(mail, Keyring(Al.PublicKey)).Signatures).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Altered_and_unprotected_messages_are_not_opened()
    {
        var keys = Keyring(Al.PublicKey, Support);
        var message = Encrypt(Packed(SecureMails.Entity, Al), Support.PublicKey, isProtected: true);
        message[^10] ^= 1;
        Assert.Null(Read(SecureMails.Mail(Wrapped(message)), keys).Content);
        message = Encrypt(Packed(SecureMails.Entity, Al), Support.PublicKey, isProtected: false);
        var found = Read(SecureMails.Mail(Wrapped(message)), keys);
        Assert.Null(found.Content);
        Assert.Contains("without protection", Assert.Single(found.Signatures).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_signatures_by_one_key_are_checked_once()
    {
        var one = Unarmored(Sign(SecureMails.Entity, Al));
        var many = TestKeyring.Armored(stream =>
        {
            for (var count = 0; count < 5; count++)
                stream.Write(one);
        });
        var found = Read(SecureMails.Mail(Beside(SecureMails.Entity, many)), Keyring(Al.PublicKey));
        Assert.Equal(SignatureResult.Valid, Assert.Single(found.Signatures).Result);
        Assert.Equal(SecureMails.Entity.Length, found.Hashed);
    }

    [Fact]
    public void What_was_packed_is_checked_as_if_it_had_come_unpacked()
    {
        var entity = SecureMails.Entity + string.Concat(Enumerable.Repeat("the same line\r\n", 200_000));
        var mail = SecureMails.Mail(Encrypted(Packed(entity, Al), Support.PublicKey));
        Assert.InRange(mail.Length, 1, 100_000);
        var found = Read(mail, Keyring(Al.PublicKey, Support));
        Assert.Equal(SignatureResult.Valid, SignatureText.Summary(found.Signatures));
        Assert.Equal(entity.Length, found.Hashed);
    }

    [Fact]
    public void A_bomb_is_unpacked_up_to_the_limit()
    {
        var found = Read(
            SecureMails.Mail(Encrypted(Packed(new string('x', 30 * 1024 * 1024), null), Support.PublicKey)),
            Keyring(Al.PublicKey, Support));
        Assert.Null(found.Content);
        Assert.Contains("octets", Assert.Single(found.Signatures).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("-----BEGIN PGP SIGNATURE-----\r\n\r\niQ==\r\n-----END PGP SIGNATURE-----")]
    public void Garbage_is_unknown(string text)
    {
        var octets = Encoding.ASCII.GetBytes(text);
        var keys = Keyring(Al.PublicKey, Support);
        Assert.Equal(SignatureResult.Unknown, Result(SecureMails.Mail(Beside(SecureMails.Entity, octets)), keys));
        Assert.Equal(SignatureResult.Unknown, Result(SecureMails.Mail(Wrapped(octets)), keys));
    }

    [Fact]
    public void A_signature_of_an_unknown_version_is_unknown()
    {
        // A signature packet (tag 2) of version 6 (RFC 9580 §5.2.3): binary, Ed25519, SHA-512.
        byte[] packet = [0xC2, 20, 6, 0, 27, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0xAA, 0xBB, 4, 1, 2, 3, 4, 5];
        var armor = $"-----BEGIN PGP SIGNATURE-----\r\n\r\n{Convert.ToBase64String(packet)}\r\n-----END PGP SIGNATURE-----";
        var mail = SecureMails.Mail(Beside(SecureMails.Entity, Encoding.ASCII.GetBytes(armor)));
        Assert.Equal(SignatureResult.Unknown, Assert.Single(Read(mail, Keyring(Al.PublicKey)).Signatures).Result);
    }

    [Fact]
    public void A_keyring_tells_what_is_wrong_with_it()
    {
        var file = Path.Combine(_folder, "keys.asc");
        File.WriteAllBytes(file, TestKeyring.Armored(Support.Encode));
        Assert.True(OpenPgpKeys.Read(file, Password, 4096).HasSecrets);
        Assert.Contains("password", Problem("wrong", 4096), StringComparison.Ordinal);
        Assert.Contains("more than 1024 bits", Problem(Password, 1024), StringComparison.Ordinal);
        File.WriteAllText(file, string.Empty);
        Assert.Contains("no key", Problem(null, 4096), StringComparison.Ordinal);
        File.Delete(file);
        Assert.Contains("can't be read", Problem(null, 4096), StringComparison.Ordinal);

        string Problem(string? password, int bits) =>
            Assert.Throws<FormatException>(() => OpenPgpKeys.Read(file, password, bits)).Message;
    }

    private static SecureMailFindings Read(byte[] mail, SecureMailKeys keys) => SecureMailReader.Read(mail, keys, SecureMails.Now);

    private static SignatureResult Result(byte[] mail, SecureMailKeys keys) => SignatureText.Summary(Read(mail, keys).Signatures);

    /// <summary>A file with several armored blocks, as people make it from several exports.</summary>
    private SecureMailKeys Keyring(PgpPublicKey known, PgpSecretKey? us = null)
    {
        var file = Path.Combine(_folder, "keys.asc");
        File.WriteAllBytes(file, [.. TestKeyring.Armored(known.Encode), .. us is null ? [] : TestKeyring.Armored(us.Encode)]);
        return new SecureMailKeys { OpenPgp = OpenPgpKeys.Read(file, Password, 4096) };
    }

    private static PgpSignatureGenerator Generator(PgpSecretKey signer, int type)
    {
        var generator = new PgpSignatureGenerator(signer.PublicKey.Algorithm, HashAlgorithmTag.Sha256);
        generator.InitSign(type, signer.ExtractPrivateKey(Password.ToCharArray()));
        return generator;
    }

    internal static byte[] Sign(string entity, PgpSecretKey signer, int type = PgpSignature.BinaryDocument)
    {
        var generator = Generator(signer, type);
        generator.Update(Encoding.UTF8.GetBytes(entity));
        return TestKeyring.Armored(generator.Generate().Encode);
    }

    private static byte[] Unarmored(byte[] armored)
    {
        using var octets = new MemoryStream();
        using (var input = PgpUtilities.GetDecoderStream(new MemoryStream(armored)))
            input.CopyTo(octets);
        return octets.ToArray();
    }

    /// <summary>One-pass signature, literal, signature; compressed.</summary>
    private static byte[] Packed(string entity, PgpSecretKey? signer)
    {
        using var packed = new MemoryStream();
        var packing = new PgpCompressedDataGenerator(CompressionAlgorithmTag.Zip);
        using (var inside = packing.Open(packed))
        {
            var octets = Encoding.UTF8.GetBytes(entity);
            var generator = signer is null ? null : Generator(signer, PgpSignature.BinaryDocument);
            generator?.GenerateOnePassVersion(false).Encode(inside);
            var literal = new PgpLiteralDataGenerator();
            using (var content = literal.Open(inside, PgpLiteralData.Binary, string.Empty, octets.Length, DateTime.UnixEpoch))
                content.Write(octets, 0, octets.Length);
            generator?.Update(octets);
            generator?.Generate().Encode(inside);
        }
        return packed.ToArray();
    }

    private static byte[] Encrypt(byte[] clear, PgpPublicKey recipient, bool isProtected)
    {
        using var written = new MemoryStream();
        var generator = new PgpEncryptedDataGenerator(SymmetricKeyAlgorithmTag.Aes256, isProtected, new SecureRandom());
        generator.AddMethod(recipient);
        using (var inside = generator.Open(written, clear.Length))
            inside.Write(clear, 0, clear.Length);
        return written.ToArray();
    }

    private static string Encrypted(byte[] clear, PgpPublicKey recipient) => Wrapped(Encrypt(clear, recipient, isProtected: true));

    internal static string Beside(string entity, byte[] armored) =>
        "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; micalg=pgp-sha256; boundary=\"b1\"\r\n\r\n--b1\r\n"
        + $"{entity}\r\n--b1\r\nContent-Type: application/pgp-signature\r\n\r\n{Encoding.ASCII.GetString(armored)}\r\n--b1--\r\n";

    private static string Wrapped(byte[] message) =>
        "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=\"b2\"\r\n\r\n--b2\r\n"
        + "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n--b2\r\nContent-Type: application/octet-stream\r\n"
        + $"Content-Transfer-Encoding: base64\r\n\r\n{Convert.ToBase64String(message, Base64FormattingOptions.InsertLineBreaks)}\r\n--b2--\r\n";
}
