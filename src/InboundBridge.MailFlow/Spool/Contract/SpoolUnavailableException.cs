namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>The spool can't keep its promise right now. Always temporary to the peer.</summary>
public sealed class SpoolUnavailableException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>The spool can't be opened, and trying again won't help: in use by another process, made by a newer version, not a spool at all.</summary>
public sealed class SpoolRefusedException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>The stored octets of a message are not what was accepted: a broken page, a file cut short or lost.</summary>
public sealed class MessageDamagedException(string messageId, string what, Exception? inner = null)
    : IOException($"the stored octets of message {messageId} are damaged: {what}", inner)
{
    public string MessageId { get; } = messageId;
}
