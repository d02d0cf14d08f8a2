namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;

/// <summary>A key record (RFC 6376 §3.6.1) that was read.</summary>
internal sealed record KeyRecord
{
    /// <summary>Null when the record can't be used; <see cref="Problem"/> says why.</summary>
    public VerificationKey? Key { get; init; }

    /// <summary>Why the record can't be used by any signature, for people.</summary>
    public string? Problem { get; init; }

    /// <summary>Tag <c>k=</c> is <c>ed25519</c>, not <c>rsa</c>.</summary>
    public bool IsEd25519 => Key is Ed25519VerificationKey;

    /// <summary>Flag <c>y</c>: the domain is testing DKIM.</summary>
    public bool IsTest { get; init; }

    /// <summary>Flag <c>s</c>: the domain of <c>i=</c> must be <c>d=</c>, not below it.</summary>
    public bool IsStrict { get; init; }

    public static KeyRecord Unusable(string problem) => new() { Problem = problem };
}
