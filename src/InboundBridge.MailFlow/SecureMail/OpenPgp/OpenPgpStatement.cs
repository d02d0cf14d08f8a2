using System.Buffers.Binary;
using System.Text;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace InboundBridge.MailFlow.SecureMail.OpenPgp;

/// <summary>What the owner of a key signs about it: that a user ID or a subkey belongs to it; with neither, that it is revoked.</summary>
internal sealed record OpenPgpStatement(PgpPublicKey Master, string? UserId = null, PgpPublicKey? Subkey = null)
{
    /// <summary>Before the octets of a key, and of a user ID (RFC 9580 §5.2.4).</summary>
    private const byte KeyMark = 0x99, UserIdMark = 0xB4;

    /// <exception cref="Exception">Of any type: the signature or the key can't be read.</exception>
    public bool IsVerifiedBy(PgpSignature signature, PgpPublicKey signer)
    {
        using var digest = OpenPgpRsa.DigestFor(signature, signer);
        if (digest is null)
        {
            signature.InitVerify(signer);
            return UserId is not null ? signature.VerifyCertification(UserId, Master)
                : Subkey is not null ? signature.VerifyCertification(Master, Subkey) : signature.VerifyCertification(Master);
        }
        digest.AppendData(OctetsOf(Master));
        if (UserId is not null)
        {
            var name = Encoding.UTF8.GetBytes(UserId);
            Span<byte> mark = [UserIdMark, 0, 0, 0, 0];
            BinaryPrimitives.WriteInt32BigEndian(mark[1..], name.Length);
            digest.AppendData(mark);
            digest.AppendData(name);
        }
        if (Subkey is not null)
            digest.AppendData(OctetsOf(Subkey));
        return OpenPgpRsa.Verifies(signature, signer, digest);
    }

    private static byte[] OctetsOf(PgpPublicKey key)
    {
        var octets = key.PublicKeyPacket.GetEncodedContents();
        return [KeyMark, (byte)(octets.Length >> 8), (byte)octets.Length, .. octets];
    }
}
