namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;

/// <summary>All hashes of one body: at most one canonical form each way, whatever the signatures ask for.</summary>
internal sealed class BodyHashes : IDisposable
{
    private BodyCanonicalizer? _simple;
    private BodyCanonicalizer? _relaxed;

    public bool AreAsked => _simple is not null || _relaxed is not null;

    /// <summary>Before the first octet of the body.</summary>
    public BodyHash Ask(Canonicalization canonicalization, long? limit)
    {
        ref var canonicalizer = ref canonicalization == Canonicalization.Simple ? ref _simple : ref _relaxed;
        canonicalizer ??= BodyCanonicalizer.Of(canonicalization);
        return canonicalizer.Digest.Ask(limit);
    }

    public void Take(ReadOnlySpan<byte> octets)
    {
        _simple?.Take(octets);
        _relaxed?.Take(octets);
    }

    public void Complete()
    {
        _simple?.Complete();
        _relaxed?.Complete();
    }

    public void Dispose()
    {
        _simple?.Dispose();
        _relaxed?.Dispose();
    }
}
