using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SecureMail;

/// <summary>What every signature of one mail is judged by.</summary>
/// <param name="ReceivedAt">Certificates and keys must be good at this time.</param>
/// <param name="Author">The only address in From; null where there is none, or several.</param>
/// <param name="Verifies">False: only the content is wanted, nobody asks about signatures.</param>
/// <param name="Work">What the mail may still cost.</param>
internal sealed record SignedScene(SecureMailKeys Keys, DateTimeOffset ReceivedAt, string? Author, bool Verifies, SecureWork Work)
{
    public SecureMailLimits Limits => Keys.Limits;

    /// <summary>
    /// The verdict on a good signature by a trusted key. The key must be the author's: otherwise anybody with a certificate could sign
    /// mail in the name of others (RFC 8550 §3).
    /// </summary>
    /// <param name="addresses">Those of the key.</param>
    public SignatureVerdict Attribute(string kind, IReadOnlyList<string> addresses)
    {
        if (Author is null)
        {
            return Unknown(kind, "From has not exactly one address", addresses.Count > 0 ? addresses[0] : null);
        }
        foreach (var address in addresses)
        {
            if (address.Equals(Author, StringComparison.OrdinalIgnoreCase))
                return new SignatureVerdict(kind, SignatureResult.Valid) { Signer = address };
        }
        return addresses.Count == 0
            ? Unknown(kind, "the signer's key names no address", null)
            : Unknown(kind, "the signer is not the author in From", addresses[0]);
    }

    public static SignatureVerdict Unknown(string kind, string reason, string? signer = null) =>
        new(kind, SignatureResult.Unknown) { Reason = reason, Signer = signer };

    public static SignatureVerdict Invalid(string kind, string reason, string? signer) =>
        new(kind, SignatureResult.Invalid) { Reason = reason, Signer = signer };
}
