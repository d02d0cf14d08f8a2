using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Records;

namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>More deliveries of a message that is there already.</summary>
internal sealed class AddDeliveriesWrite(string messageId, IReadOnlyList<SpooledDelivery> deliveries) : SpoolWrite
{
    private readonly DeliveryRow[] _deliveries = [.. deliveries.Select(delivery => new DeliveryRow(delivery))];

    /// <summary>False: the message or its octets are gone, and nothing was added.</summary>
    public bool IsDone { get; private set; }

    public override void Apply(WriterSession session)
    {
        var message = session.Statement("SELECT seq FROM messages WHERE id = ?1 AND body <> 2").Bind(1, messageId);
        IsDone = message.Step();
        var seq = IsDone ? message.Number(0) : 0;
        message.Reset();
        if (IsDone)
            session.InsertDeliveries(session.NextDeliverySeq(seq), _deliveries);
    }
}
