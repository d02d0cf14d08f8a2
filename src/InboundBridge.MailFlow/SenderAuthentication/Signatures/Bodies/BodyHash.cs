namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;

/// <summary>The hash of a body, or of its first octets, that one or more signatures ask for; filled in when the mail has ended.</summary>
/// <param name="limit">Tag <c>l=</c>: octets of the canonical body; null for all.</param>
internal sealed class BodyHash(long? limit)
{
    private readonly byte[] _digest = new byte[32];

    public long? Limit { get; } = limit;

    /// <summary>SHA-256; empty when the body has fewer octets than the limit.</summary>
    public ReadOnlySpan<byte> Digest => IsWhole ? _digest : default;

    /// <summary>Octets of the canonical body that the hash leaves out.</summary>
    public long Unsigned { get; private set; }

    private bool IsWhole { get; set; }

    public Span<byte> Complete()
    {
        IsWhole = true;
        return _digest;
    }

    public void LeaveOut(long octets) => Unsigned = octets;
}
