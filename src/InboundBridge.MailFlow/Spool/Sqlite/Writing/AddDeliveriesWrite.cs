using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Claims;
using InboundBridge.MailFlow.Spool.Sqlite.Records;

namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>Adds deliveries to a stored message.</summary>
internal sealed class AddDeliveriesWrite(
    string messageId, IReadOnlyList<SpooledDelivery> deliveries, NewClaims claimed, ClaimTable claims) : SpoolWrite
{
    private readonly DeliveryRow[] _deliveries = [.. deliveries.Select(delivery => new DeliveryRow(delivery))];

    /// <summary>False if the message or its octets are gone; then nothing was added.</summary>
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

    /// <summary>Claims the deliveries before anybody can find them in the database.</summary>
    public void Claim() => claims.Add(deliveries, claimed);

    public override void Committed()
    {
        if (!IsDone)
            claims.Drop(deliveries, claimed);
    }

    protected override void Failed() => claims.Drop(deliveries, claimed);
}
