using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace InboundBridge.MailFlow.SecureMail.OpenPgp;

/// <summary>
/// Checks the signatures by which the owner of a key says what belongs to it (RFC 9580 §5.2.1, §10.1). A keyring comes from people and key
/// servers, and anybody can put a name or a subkey beside a key that is not his. Signatures by others say nothing here.
/// </summary>
internal static class OpenPgpSelfSignatures
{
    /// <summary>User IDs of a key that are looked at. Usual keys have one to five.</summary>
    private const int MostUserIds = 50;

    /// <summary>Signatures of one kind that are tried, newest first: key servers take any number of forged ones.</summary>
    private const int MostTries = 10;

    /// <summary>Standing of a key that names its owner.</summary>
    public static OpenPgpStanding OfMaster(PgpPublicKey master)
    {
        var addresses = new List<string>();
        PgpSignature? newest = null;
        foreach (var id in master.GetUserIds().Distinct(StringComparer.Ordinal).Take(MostUserIds))
        {
            if (Certification(id, master) is not { } certification)
                continue;
            if (newest is null || certification.CreationTime > newest.CreationTime)
                newest = certification;
            if (AddressIn(id) is { } address)
                addresses.Add(address);
        }
        if (newest is null)
            return OpenPgpStanding.Doubtful("none of the key's user IDs is signed by its owner");
        var isRevoked = Newest(master.GetSignatures(), PgpSignature.KeyRevocation, new OpenPgpStatement(master)) is not null;
        return new OpenPgpStanding(addresses, null, isRevoked, ExpiryOf(master, newest), MaySign(newest));
    }

    /// <summary>Standing of a subkey.</summary>
    /// <param name="owner">Standing of <paramref name="master"/>.</param>
    public static OpenPgpStanding OfSubkey(PgpPublicKey subkey, PgpPublicKey master, OpenPgpStanding owner)
    {
        if (owner.Doubt is not null)
            return owner;
        var signatures = subkey.GetSignatures().ToList();
        var belongs = new OpenPgpStatement(master, Subkey: subkey);
        var binding = Newest(signatures, PgpSignature.SubkeyBinding, belongs);
        if (binding is null)
            return OpenPgpStanding.Doubtful("the key's owner has not signed the subkey");
        var maySign = MaySign(binding);
        // Without this, the owner of another key could take somebody's subkey for his own, and with it the signatures made by it.
        if (maySign && !IsConfirmed(binding, belongs))
            return OpenPgpStanding.Doubtful("the subkey has not signed the key that it belongs to");
        var revocation = Newest(signatures, PgpSignature.SubkeyRevocation, belongs);
        var expiry = ExpiryOf(subkey, binding) is { } own && !(owner.ExpiresAt < own) ? own : owner.ExpiresAt;
        return owner with { IsRevoked = owner.IsRevoked || revocation is not null, ExpiresAt = expiry, MaySign = maySign };
    }

    /// <summary>The newest valid signature of the owner over a user ID; null without one, and where it was taken back later.</summary>
    private static PgpSignature? Certification(string id, PgpPublicKey master)
    {
        var signatures = master.GetSignaturesForId(id).ToList();
        var belongs = new OpenPgpStatement(master, id);
        var certification = Newest(signatures.Where(signature => signature.IsCertification()), null, belongs);
        var revocation = certification is null ? null : Newest(signatures, PgpSignature.CertificationRevocation, belongs);
        return revocation?.CreationTime >= certification?.CreationTime ? null : certification;
    }

    /// <summary>The newest signature by which the owner says so; null without a valid one.</summary>
    private static PgpSignature? Newest(IEnumerable<PgpSignature> signatures, int? type, OpenPgpStatement statement) => signatures
        .Where(signature => (type is null || signature.SignatureType == type) && signature.KeyId == statement.Master.KeyId)
        .OrderByDescending(signature => signature.CreationTime).Take(MostTries)
        .FirstOrDefault(signature => Verifies(signature, statement.Master, statement));

    /// <summary>SHA-1 is good enough here: two texts with one digest can be made, but the owner alone signs them.</summary>
    private static bool Verifies(PgpSignature signature, PgpPublicKey signer, OpenPgpStatement statement)
    {
        if (signature.HashAlgorithm is not (HashAlgorithmTag.Sha1 or HashAlgorithmTag.Sha224 or HashAlgorithmTag.Sha256
            or HashAlgorithmTag.Sha384 or HashAlgorithmTag.Sha512))
            return false;
        try
        {
            return statement.IsVerifiedBy(signature, signer);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The library throws whatever strange packets lead it into. A signature that can't be checked is none.
            return false;
        }
    }

    /// <summary>The subkey's own signature (RFC 9580 §5.2.1.9), inside the one that binds it.</summary>
    private static bool IsConfirmed(PgpSignature binding, OpenPgpStatement belongs)
    {
        var embedded = new[] { binding.GetHashedSubPackets(), binding.GetUnhashedSubPackets() }.OfType<PgpSignatureSubpacketVector>()
            .SelectMany(packets => In(packets.GetEmbeddedSignatures())).Take(MostTries);
        return embedded.Any(signature => signature.SignatureType == PgpSignature.PrimaryKeyBinding
            && Verifies(signature, belongs.Subkey!, belongs));
    }

    private static IEnumerable<PgpSignature> In(PgpSignatureList list)
    {
        for (var index = 0; index < list.Count; index++)
            yield return list[index];
    }

    /// <summary>Old keys say nothing about it, and are for everything.</summary>
    private static bool MaySign(PgpSignature self) =>
        self.GetHashedSubPackets() is not { } packets || !packets.HasSubpacket(SignatureSubpacketTag.KeyFlags)
            || (packets.GetKeyFlags() & PgpKeyFlags.CanSign) != 0;

    private static DateTime? ExpiryOf(PgpPublicKey key, PgpSignature self) =>
        self.GetHashedSubPackets()?.GetKeyExpirationTime() is > 0 and var seconds ? key.CreationTime.AddSeconds(seconds) : null;

    private static string? AddressIn(string userId)
    {
        var end = userId.LastIndexOf('>');
        var start = end < 0 ? -1 : userId.LastIndexOf('<', end);
        var address = start >= 0 ? userId[(start + 1)..end] : userId.Trim();
        return address.Contains('@', StringComparison.Ordinal) && !address.Contains(' ', StringComparison.Ordinal) ? address : null;
    }
}
