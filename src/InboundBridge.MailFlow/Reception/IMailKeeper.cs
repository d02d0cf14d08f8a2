using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Reception;

/// <summary>Where reception puts a mail: the spool with its queue, or nowhere when a mail is only tried out.</summary>
public interface IMailKeeper
{
    /// <summary>Whether new mail should be asked for. Cheap, and never throws.</summary>
    SpoolCondition Condition { get; }

    /// <inheritdoc cref="IMailSpool.Stage"/>
    StagedMessage Stage(string id, ReadOnlyMemory<byte> prelude);

    /// <summary>After it returns the mail and its deliveries are kept, as far as this keeper keeps anything.</summary>
    /// <exception cref="SpoolUnavailableException">Nothing was kept: the peer is told 451.</exception>
    ValueTask AcceptAsync(StagedMessage staged, SpooledMessage message, IReadOnlyList<SpooledDelivery> deliveries, CancellationToken cancellationToken);
}
