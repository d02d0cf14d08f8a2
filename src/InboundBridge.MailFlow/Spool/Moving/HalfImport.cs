namespace InboundBridge.MailFlow.Spool.Moving;

/// <summary>What an import that is not complete has stored.</summary>
/// <param name="Deliveries">Of these mails.</param>
public sealed record HalfImport(long Messages, long Deliveries)
{
    /// <summary>Where, for people.</summary>
    public string Place { get; init; } = string.Empty;

    /// <summary>Mails that stay when it is given up, because they have got another delivery meanwhile.</summary>
    public long Kept { get; init; }
}
