namespace InboundBridge.MailFlow.Reception.Recipients;

/// <summary>
/// Knows which of our addresses exist. Many sessions ask at the same time. The time of an answer is bounded, and only cancellation throws.
/// </summary>
public interface IRecipientSource
{
    ValueTask<RecipientAnswer> AskAsync(string address, CancellationToken cancellationToken);
}

/// <param name="Detail">For our log: why the source does not know.</param>
public readonly record struct RecipientAnswer(RecipientExists Exists, string? Detail = null)
{
    public static RecipientAnswer Yes { get; } = new(RecipientExists.Yes);

    public static RecipientAnswer No { get; } = new(RecipientExists.No);

    /// <summary>The source could not tell, so the client gets a temporary refusal.</summary>
    public static RecipientAnswer Unknown(string detail) => new(RecipientExists.Unknown, detail);
}

public enum RecipientExists
{
    No,
    Yes,
    Unknown,
}
