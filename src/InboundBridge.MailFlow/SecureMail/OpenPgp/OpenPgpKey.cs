using System.Globalization;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace InboundBridge.MailFlow.SecureMail.OpenPgp;

/// <summary>A key of the keyring.</summary>
/// <param name="Master">The key that names its owner; the key itself where it is no subkey.</param>
internal sealed record OpenPgpKey(PgpPublicKey Key, PgpPublicKey Master)
{
    public string Name => NameOf(Key.KeyId);

    /// <summary>The addresses in its user IDs: <c>Al Example &lt;al@example.com&gt;</c>, or an address alone.</summary>
    public IReadOnlyList<string> Addresses { get; } = [.. Master.GetUserIds().Select(AddressIn).OfType<string>()];

    public static string NameOf(long keyId) => string.Create(CultureInfo.InvariantCulture, $"{keyId:X16}");

    /// <summary>Why the key is not used at a time; null when it is.</summary>
    public string? Problem(DateTimeOffset time)
    {
        if (Master.HasRevocation() || Key.HasRevocation())
            return "the key is revoked";
        return IsExpired(Master, time) || IsExpired(Key, time) ? "the key is expired" : null;
    }

    private static bool IsExpired(PgpPublicKey key, DateTimeOffset time)
    {
        var seconds = key.GetValidSeconds();
        return seconds > 0 && time.UtcDateTime > key.CreationTime.AddSeconds(seconds);
    }

    private static string? AddressIn(string userId)
    {
        var end = userId.LastIndexOf('>');
        var start = end < 0 ? -1 : userId.LastIndexOf('<', end);
        var address = start >= 0 ? userId[(start + 1)..end] : userId.Trim();
        return address.Contains('@', StringComparison.Ordinal) && !address.Contains(' ', StringComparison.Ordinal) ? address : null;
    }
}
