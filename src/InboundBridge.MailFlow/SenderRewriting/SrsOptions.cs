namespace InboundBridge.MailFlow.SenderRewriting;

/// <summary>Configuration <c>destinations.NAME.relay.srs</c>: how a relay rewrites the senders of forwarded mail.</summary>
public sealed record SrsOptions
{
    /// <summary>The domain of the rewritten senders, in lower case with A-labels. What comes back to it must reach us.</summary>
    public string Domain { get; init; } = string.Empty;

    /// <summary>At least one. The first signs; all verify, so that addresses made before a change of the secret stay valid.</summary>
    public required IReadOnlyList<string> Secrets { get; init; }

    /// <summary>
    /// Our domains, with <c>*.name</c> for the names below one. Their senders are not rewritten, because SPF lets us send for our own
    /// domains.
    /// </summary>
    public IReadOnlyList<string> OwnDomains { get; init; } = [];

    /// <summary>Contains no secret, since a log may write it.</summary>
    public override string ToString() => $"SRS by {Domain}";
}
