using InboundBridge.MailFlow.Queue.Asking;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Reception;

/// <summary>Where reception puts messages: the spool with its queue, or only memory when a message is tried out.</summary>
public interface IMailKeeper
{
    /// <summary>Whether new mail can be accepted. Cheap, and never throws.</summary>
    SpoolCondition Condition { get; }

    /// <summary>Asks destinations about a mail before it is accepted; null where none is asked, when a message is tried out.</summary>
    MailAsks? Asks => null;

    /// <inheritdoc cref="IMailSpool.Stage"/>
    StagedMessage Stage(string id, ReadOnlyMemory<byte> prelude);

    /// <summary>When it returns, the message and its deliveries are durable, unless this keeper only tries messages out.</summary>
    /// <exception cref="SpoolUnavailableException">Nothing was kept, and the client gets 451.</exception>
    ValueTask AcceptAsync(
        StagedMessage staged, SpooledMessage message, IReadOnlyList<SpooledDelivery> deliveries, CancellationToken cancellationToken);
}
