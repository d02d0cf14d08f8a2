namespace InboundBridge.MailFlow.Verdicts;

/// <summary>The answer about one DKIM signature (RFC 6376 §3.9, RFC 8601 §2.7.1).</summary>
public sealed record DkimVerdict(CheckResult Result)
{
    /// <summary>
    /// Why it does not pass, in a few words (<c>the body hash does not match</c>), or what a pass leaves open (<c>l= leaves 12 octets of
    /// the body unsigned</c>); null for any other pass.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>Tag <c>d=</c>, in A-labels and lower case; empty when the signature can't be read so far.</summary>
    public string Domain { get; init; } = string.Empty;

    /// <summary>Tag <c>i=</c>, or its default <c>@domain</c>; null when the signature can't be read so far.</summary>
    public string? Identity { get; init; }

    /// <summary>Tag <c>s=</c>; null when the signature can't be read so far.</summary>
    public string? Selector { get; init; }

    /// <summary>Tag <c>a=</c> (<c>rsa-sha256</c>); null when the signature can't be read so far.</summary>
    public string? Algorithm { get; init; }

    /// <summary>Length of the key in bits; null when no key was read.</summary>
    public int? Bits { get; init; }

    /// <summary>The first characters of tag <c>b=</c>, which tell signatures of one domain apart (RFC 6008); null without any.</summary>
    public string? SignaturePrefix { get; init; }

    /// <summary>
    /// Octets of the body behind those that tag <c>l=</c> counts: anybody may have added them (RFC 6376 §8.2). The signature passes all the
    /// same, as the RFC says, but it is partial.
    /// </summary>
    public long UnsignedOctets { get; init; }

    /// <summary>
    /// Fields that a person sees or a program acts on (Subject, Reply-To, To, Cc, Date), or that decide how the body is read (Content-Type,
    /// Content-Transfer-Encoding), and that a good signature does not cover each time: anybody may have added or changed them. Many honest
    /// signers leave some of them out, so that only repeated ones make a signature partial.
    /// </summary>
    public IReadOnlyList<string> UnsignedFields { get; init; } = [];

    /// <summary>
    /// The signature is good, but somebody else may have added text, or a second field of a kind that must be there once (RFC
    /// 6376 §8.2, §8.15), which readers would take for the signer's. It does not prove the author for DMARC.
    /// </summary>
    public bool IsPartial { get; init; }

    /// <summary>The domain says that it is only testing DKIM (flag <c>y</c> of its key); the result is the same.</summary>
    public bool IsTest { get; init; }
}
