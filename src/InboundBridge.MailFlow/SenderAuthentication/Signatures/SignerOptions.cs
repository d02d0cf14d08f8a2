namespace InboundBridge.MailFlow.SenderAuthentication.Signatures;

/// <summary>What a signature of ours over a mail says (DKIM-Signature, ARC-Message-Signature).</summary>
internal sealed record SignerOptions
{
    /// <summary>In A-labels.</summary>
    public required string Domain { get; init; }

    public required string Selector { get; init; }

    public Canonicalization Header { get; init; } = Canonicalization.Relaxed;

    public Canonicalization Body { get; init; } = Canonicalization.Relaxed;

    /// <summary>How long the signature is valid (tag <c>x=</c>); null for ever.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>
    /// The fields that are signed where the mail has them, each as often as it has them (RFC 6376 §5.4.1). Fields that change on the way
    /// (Received, Return-Path) are not among them.
    /// </summary>
    public IReadOnlyList<(string Name, OverSigning Over)> Names { get; init; } =
    [
        ("From", OverSigning.Always), ("Sender", OverSigning.No), ("Reply-To", OverSigning.Always), ("Subject", OverSigning.Always),
        ("Date", OverSigning.WherePresent), ("Message-ID", OverSigning.WherePresent), ("To", OverSigning.Always),
        ("Cc", OverSigning.Always),
        ("MIME-Version", OverSigning.WherePresent), ("Content-Type", OverSigning.WherePresent),
        ("Content-Transfer-Encoding", OverSigning.WherePresent), ("In-Reply-To", OverSigning.Always), ("References", OverSigning.Always),
        ("List-Id", OverSigning.No), ("List-Unsubscribe", OverSigning.No), ("List-Unsubscribe-Post", OverSigning.No),
    ];
}
