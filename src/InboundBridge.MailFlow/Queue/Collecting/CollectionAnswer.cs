namespace InboundBridge.MailFlow.Queue.Collecting;

/// <summary>What a receiver that comes to collect its mail is told.</summary>
public abstract record CollectionAnswer
{
    private CollectionAnswer()
    {
    }

    /// <summary>There is mail. The caller runs the collection, or disposes of it.</summary>
    public sealed record Begun(MailCollection Collection) : CollectionAnswer;

    public sealed record Nothing : CollectionAnswer;

    /// <summary>Not now.</summary>
    /// <param name="Why">For the log.</param>
    public sealed record Unable(string Why) : CollectionAnswer;
}
