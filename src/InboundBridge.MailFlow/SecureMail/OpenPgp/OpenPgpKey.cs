using System.Globalization;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace InboundBridge.MailFlow.SecureMail.OpenPgp;

/// <summary>A key of the keyring. Its owner's signatures are checked when somebody asks: a keyring may have a thousand keys.</summary>
internal sealed class OpenPgpKey
{
    private readonly Lazy<OpenPgpStanding> _standing;

    /// <param name="owner">The key that a subkey belongs to; null where it is no subkey.</param>
    public OpenPgpKey(PgpPublicKey key, OpenPgpKey? owner)
    {
        (Key, IsSubkey) = (key, owner is not null);
        _standing = new Lazy<OpenPgpStanding>(() => Standing(owner));
    }

    public PgpPublicKey Key { get; }

    public bool IsSubkey { get; }

    public string Name => NameOf(Key.KeyId);

    /// <summary>The addresses in the user IDs that its owner has signed.</summary>
    public IReadOnlyList<string> Addresses => _standing.Value.Addresses;

    /// <summary>Why nothing that it signs counts; null where nothing speaks against it.</summary>
    public string? Doubt => _standing.Value.Doubt ?? (_standing.Value.MaySign ? null : "the key is not for signatures");

    public bool IsRevoked => _standing.Value.IsRevoked;

    public static string NameOf(long keyId) => string.Create(CultureInfo.InvariantCulture, $"{keyId:X16}");

    /// <summary>Why the key is not used at a time; null when it is. Keys that only vouch for others have no problem.</summary>
    public string? Problem(DateTimeOffset time)
    {
        var standing = _standing.Value;
        return standing.Doubt is not null ? standing.Doubt : standing.IsRevoked ? "the key is revoked"
            : time.UtcDateTime > standing.ExpiresAt ? "the key is expired" : null;
    }

    private OpenPgpStanding Standing(OpenPgpKey? owner)
    {
        try
        {
            return owner is null
                ? OpenPgpSelfSignatures.OfMaster(Key) : OpenPgpSelfSignatures.OfSubkey(Key, owner.Key, owner._standing.Value);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The library throws whatever strange packets of a keyring lead it into.
            return OpenPgpStanding.Doubtful("its owner's signatures can't be read");
        }
    }
}
