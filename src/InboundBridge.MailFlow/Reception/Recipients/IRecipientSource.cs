namespace InboundBridge.MailFlow.Reception.Recipients;

/// <summary>Somebody who knows which of our addresses exist. Asked by many sessions at a time; bounded in time; never throws but for cancellation.</summary>
public interface IRecipientSource
{
    ValueTask<RecipientAnswer> AskAsync(string address, CancellationToken cancellationToken);
}

/// <param name="Detail">For our log; set where nobody knows.</param>
public readonly record struct RecipientAnswer(RecipientExists Exists, string? Detail = null)
{
    public static RecipientAnswer Yes { get; } = new(RecipientExists.Yes);

    public static RecipientAnswer No { get; } = new(RecipientExists.No);

    /// <summary>The source could not say: the peer is told to come back, since unknown means temporary.</summary>
    public static RecipientAnswer Unknown(string detail) => new(RecipientExists.Unknown, detail);
}

public enum RecipientExists
{
    No,
    Yes,
    Unknown,
}
