namespace InboundBridge.MailFlow.SenderRewriting;

/// <summary>What an address says that may have been made by SRS.</summary>
public abstract record SrsReading
{
    private SrsReading()
    {
    }

    /// <summary>An ordinary address.</summary>
    public sealed record NotRewritten : SrsReading;

    /// <summary>We made it.</summary>
    /// <param name="Original">The sender that it stands for; for SRS1 the address that the first server made.</param>
    public sealed record Ours(SrsMailbox Original) : SrsReading;

    /// <summary>We made it too long ago.</summary>
    public sealed record Expired : SrsReading;

    /// <summary>It has the form, but its proof is wrong or a part of it is missing.</summary>
    public sealed record Forged : SrsReading;
}
