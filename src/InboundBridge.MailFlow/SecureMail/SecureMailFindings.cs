using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SecureMail;

/// <summary>What was found in a signed or encrypted mail.</summary>
/// <param name="Signatures">From the outermost layer to the innermost.</param>
/// <param name="Content">
/// The MIME entity that was encrypted, compressed or signed as a whole; null where nothing was unpacked, so that the mail shows itself.
/// </param>
public sealed record SecureMailFindings(IReadOnlyList<SignatureVerdict> Signatures, ReadOnlyMemory<byte>? Content)
{
    /// <summary>Octets that signatures were checked over.</summary>
    internal long Hashed { get; init; }

    public static SecureMailFindings Nothing { get; } = new([], null);
}
