using InboundBridge.MailFlow.Spool.Bodies;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Claims;
using InboundBridge.MailFlow.Spool.Sqlite.Records;

namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>A new message with its deliveries.</summary>
internal sealed class CommitWrite(
    StagedMail staged, SpooledMessage message, IReadOnlyList<SpooledDelivery> deliveries, NewClaims claimed, ClaimTable claims,
    RecentBodies recent, IReadOnlyList<FailedAttempt?>? attempts = null) : SpoolWrite
{
    private readonly MessageRow _message = new(message, staged.IsInFile ? MessageRow.Body.File : MessageRow.Body.Inline, staged.Prelude);
    private readonly DeliveryRow[] _deliveries = [.. deliveries.Select(delivery => new DeliveryRow(delivery))];

    public override bool IsIntake => true;

    public override bool IsSoonOver => true;

    public override bool HasFile => staged.IsInFile;

    public override void Apply(WriterSession session) =>
        session.InsertMessage(_message, staged.IsInFile ? null : staged.Buffer, _deliveries, attempts);

    public override void Committed()
    {
        if (staged.IsInFile)
            recent.AddFile(message.Id);
        else
            recent.Add(message.Id, staged.Buffer, deliveries.Count(delivery => delivery.State == DeliveryState.Pending));
    }

    /// <summary>Claims the deliveries before anybody can find them in the database.</summary>
    public void Claim() => claims.Add(deliveries, claimed);

    /// <summary>Nothing was stored.</summary>
    public void Unclaim() => claims.Drop(deliveries, claimed);

    protected override void Failed() => Unclaim();
}
