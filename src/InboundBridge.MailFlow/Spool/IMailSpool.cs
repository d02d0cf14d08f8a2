using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Spool;

/// <summary>
/// The durable store of messages and deliveries: one contract for the embedded store and the shared one.
/// Whatever a task of this interface has completed survives power loss.
/// </summary>
public interface IMailSpool : IAsyncDisposable
{
    /// <summary>Begins a message. Nothing is durable, and nothing is left behind when it is disposed uncommitted.</summary>
    /// <param name="id">From <see cref="MessageIdSource"/>.</param>
    StagedMessage Stage(string id);

    /// <summary>Makes the message and all its deliveries durable together. After it returns the spool owns the octets.</summary>
    /// <exception cref="SpoolUnavailableException">Disk full, read-only, broken: nothing was kept, the peer is told 451.</exception>
    ValueTask CommitAsync(StagedMessage staged, SpooledMessage message, IReadOnlyList<SpooledDelivery> deliveries, CancellationToken cancellationToken);

    /// <summary>The stored octets; null when the message is gone (retention).</summary>
    ValueTask<MimeSource?> OpenContentAsync(string messageId, CancellationToken cancellationToken);

    ValueTask<SpooledMessage?> FindMessageAsync(string messageId, CancellationToken cancellationToken);
}

/// <summary>The spool can't keep its promise right now. Always temporary to the peer.</summary>
public sealed class SpoolUnavailableException(string message, Exception? inner = null) : IOException(message, inner);
