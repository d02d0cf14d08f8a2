namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>The spool can't store or read anything right now. Always a temporary failure to the peer.</summary>
public sealed class SpoolUnavailableException(string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>The spool itself logs that it is away, and when it is back: nobody else needs to.</summary>
    public bool IsReported { get; init; }
}

/// <summary>
/// The spool can't be opened, and trying again won't help: another process uses it, a newer version made it, or it is not a spool.
/// </summary>
public sealed class SpoolRefusedException(string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>The same for people who may not be ours: no address, no name. Null: nothing more is to be said to them.</summary>
    public string? Obstacle { get; init; }
}

/// <summary>
/// The stored octets of a message are not those that were accepted: a page is damaged, or a file was changed, cut short or lost.
/// </summary>
public sealed class MessageDamagedException(string messageId, string what, Exception? inner = null)
    : IOException($"the stored octets of message {messageId} are damaged: {what}", inner)
{
    public string MessageId { get; } = messageId;
}
