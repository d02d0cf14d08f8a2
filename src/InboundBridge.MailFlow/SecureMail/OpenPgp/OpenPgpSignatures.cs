using InboundBridge.MailFlow.Verdicts;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace InboundBridge.MailFlow.SecureMail.OpenPgp;

/// <summary>Checks OpenPGP signatures (RFC 9580 §5.2) by the keys of the keyring.</summary>
internal static class OpenPgpSignatures
{
    private const string Kind = SignatureVerdict.OpenPgp;

    /// <summary>Octets between two looks at whether anybody still waits.</summary>
    private const int Piece = 256 * 1024;

    /// <summary>Checks a signature that stands beside the content (RFC 3156 §5).</summary>
    public static void Verify(byte[] signature, ReadOnlyMemory<byte> content, SignedScene scene, List<SignatureVerdict> verdicts)
    {
        if (!SignedShape.IsArmorAlone(signature))
        {
            verdicts.Add(SignedScene.Unknown(Kind, "the signature's part holds something else than an armored signature"));
            return;
        }
        using var input = PgpUtilities.GetDecoderStream(new MemoryStream(signature));
        if (new PgpObjectFactory(input).NextPgpObject() is PgpSignatureList list)
            Judge(list, content, scene, verdicts);
        else
            verdicts.Add(SignedScene.Unknown(Kind, "there is no signature in the signature's part"));
    }

    public static void Judge(PgpSignatureList list, ReadOnlyMemory<byte> content, SignedScene scene, List<SignatureVerdict> verdicts)
    {
        if (list.Count > scene.Limits.Signatures)
            throw new SecureMailLimitException($"more than {scene.Limits.Signatures} signatures");
        if (list.Count == 0)
        {
            // The library leaves out signatures of versions that it can't read.
            verdicts.Add(SignedScene.Unknown(Kind, "the signature is of a version that can't be read"));
        }
        var tried = new HashSet<long>();
        for (var index = 0; index < list.Count; index++)
        {
            if (Judge(list[index], content, scene, tried) is not { } verdict)
                continue;
            verdicts.Add(verdict);
            if (verdict.Result == SignatureResult.Invalid)
                return;
        }
    }

    /// <param name="tried">Keys that have checked the content: another signature by the same key says nothing new.</param>
    /// <returns>Null for another signature by the same key.</returns>
    private static SignatureVerdict? Judge(PgpSignature signature, ReadOnlyMemory<byte> content, SignedScene scene, HashSet<long> tried)
    {
        if (scene.Keys.OpenPgp!.Find(signature.KeyId) is not { } key)
            return SignedScene.Unknown(Kind, $"the key {OpenPgpKey.NameOf(signature.KeyId)} is not in the keyring");
        var named = key.Addresses.Count > 0 ? key.Addresses[0] : null;
        if (signature.SignatureType is not (PgpSignature.BinaryDocument or PgpSignature.CanonicalTextDocument))
            return SignedScene.Unknown(Kind, "the signature is not for a document", named);
        if (signature.HashAlgorithm is not (HashAlgorithmTag.Sha256 or HashAlgorithmTag.Sha384 or HashAlgorithmTag.Sha512
            or HashAlgorithmTag.Sha224))
            return SignedScene.Unknown(Kind, "the digest is not one of SHA-2", named);
        if (key.Doubt is { } doubt)
            return SignedScene.Unknown(Kind, doubt, named);
        if (!tried.Add(key.Key.KeyId))
            return null;
        if (!Verifies(signature, key, content, scene))
            return SignedScene.Invalid(Kind, "the content was altered, or another key made the signature", named);
        if (key.Problem(scene.ReceivedAt) is { } problem)
            return SignedScene.Unknown(Kind, problem, named);
        return IsExpired(signature, scene.ReceivedAt)
            ? SignedScene.Unknown(Kind, "the signature is expired", named)
            : scene.Attribute(Kind, key.Addresses);
    }

    private static bool Verifies(PgpSignature signature, OpenPgpKey key, ReadOnlyMemory<byte> content, SignedScene scene)
    {
        scene.Work.Hash(content.Length);
        using var digest = OpenPgpRsa.DigestFor(signature, key.Key);
        if (digest is null)
            signature.InitVerify(key.Key);
        for (var rest = content; rest.Length > 0; rest = rest[Math.Min(Piece, rest.Length)..])
        {
            scene.Work.GoOn();
            var piece = rest.Span[..Math.Min(Piece, rest.Length)];
            if (digest is null)
                signature.Update(piece);
            else
                digest.AppendData(piece);
        }
        return digest is null ? signature.Verify() : OpenPgpRsa.Verifies(signature, key.Key, digest);
    }

    private static bool IsExpired(PgpSignature signature, DateTimeOffset time) =>
        signature.HasSubpackets && signature.GetHashedSubPackets()?.GetSignatureExpirationTime() is > 0 and var seconds
        && time.UtcDateTime > signature.CreationTime.AddSeconds(seconds);
}
