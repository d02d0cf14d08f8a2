using System.Security.Cryptography;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Security;

namespace InboundBridge.UnitTests.MailFlow.SecureMail.OpenPgp;

/// <summary>OpenPGP keys made at run time.</summary>
internal static class TestKeyring
{
    private static readonly DateTime Created = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static PgpSecretKey Make(string userId, string password)
    {
        using var rsa = RSA.Create(2048);
        var pair = new PgpKeyPair(PublicKeyAlgorithmTag.RsaGeneral, DotNetUtilities.GetRsaKeyPair(rsa), Created);
        return new PgpSecretKey(
            PgpSignature.DefaultCertification, pair, userId, SymmetricKeyAlgorithmTag.Aes256, password.ToCharArray(), true, null, null,
            new SecureRandom());
    }

    public static byte[] Armored(Action<Stream> write)
    {
        using var text = new MemoryStream();
        using (var armor = new ArmoredOutputStream(text))
            write(armor);
        return [.. text.ToArray(), .. "\n"u8];
    }
}
