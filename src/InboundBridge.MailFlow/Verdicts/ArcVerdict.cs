namespace InboundBridge.MailFlow.Verdicts;

/// <summary>The answer about the chain of ARC sets (RFC 8617 §5.2).</summary>
/// <param name="Result">None, Pass, Fail, or TempError when a key could not be looked up.</param>
public sealed record ArcVerdict(CheckResult Result)
{
    public static ArcVerdict NotAsked { get; } = new(CheckResult.None);

    /// <summary>The domains of the seals, from the first instance to the last, in A-labels and lower case.</summary>
    public IReadOnlyList<string> Sealers { get; init; } = [];

    /// <summary>
    /// The chain passes and one of its sealers is trusted. That sealer counts only if nobody untrusted can have changed the mail since:
    /// every later sealer is trusted too, or its own message signature still verifies. Otherwise anybody could put the sets of another
    /// mail on top of a forged one.
    /// </summary>
    public bool Trusted { get; init; }

    /// <summary>
    /// What the first instance that a trusted sealer made says about the mail as it came to that sealer: an aligned pass or
    /// <c>dmarc=pass</c>. False without a trusted sealer. With TempError: what it would be if the chain passes.
    /// </summary>
    public bool PassedBefore { get; init; }

    /// <summary>
    /// Fields that a person sees or a program acts on, as in <see cref="DkimVerdict.UnsignedFields"/>, and that the message signature does
    /// not cover on which the chain's pass rests: the last one, or that of the trusted sealer. Empty unless the chain passes.
    /// </summary>
    public IReadOnlyList<string> UnsignedFields { get; init; } = [];

    /// <summary>Why it does not pass; for people.</summary>
    public string? Reason { get; init; }
}
