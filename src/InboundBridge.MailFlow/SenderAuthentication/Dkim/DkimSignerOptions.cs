using InboundBridge.MailFlow.SenderAuthentication.Signatures;

namespace InboundBridge.MailFlow.SenderAuthentication.Dkim;

/// <summary>What a DKIM signature of ours says.</summary>
internal sealed record DkimSignerOptions
{
    /// <summary>In A-labels.</summary>
    public required string Domain { get; init; }

    public required string Selector { get; init; }

    public Canonicalization Header { get; init; } = Canonicalization.Relaxed;

    public Canonicalization Body { get; init; } = Canonicalization.Relaxed;

    /// <summary>How long the signature is valid (tag <c>x=</c>); null for ever.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>The fields that are signed where the mail has them, each as often as it has them (RFC 6376 §5.4.1).</summary>
    public IReadOnlyList<string> Names { get; init; } =
    [
        "From", "Sender", "Reply-To", "Subject", "Date", "Message-ID", "To", "Cc", "MIME-Version", "Content-Type",
        "Content-Transfer-Encoding", "In-Reply-To", "References", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post",
    ];
}
