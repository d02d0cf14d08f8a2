namespace InboundBridge.MailFlow.SecureMail.OpenPgp;

/// <summary>What the signatures of its owner say about a key of the keyring.</summary>
/// <param name="Addresses">Of the user IDs that the owner has signed: <c>Al &lt;al@example.com&gt;</c>, or an address alone.</param>
/// <param name="Doubt">Why no signature by this key counts, revoked or not; null where nothing speaks against the key.</param>
/// <param name="IsRevoked">The owner has revoked it, or the key that it belongs to.</param>
/// <param name="ExpiresAt">Null: it does not expire.</param>
/// <param name="MaySign">It is meant for signatures over content.</param>
internal sealed record OpenPgpStanding(
    IReadOnlyList<string> Addresses, string? Doubt, bool IsRevoked = false, DateTime? ExpiresAt = null, bool MaySign = false)
{
    public static OpenPgpStanding Doubtful(string doubt) => new([], doubt);
}
