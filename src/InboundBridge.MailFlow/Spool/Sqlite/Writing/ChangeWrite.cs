using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Claims;
using InboundBridge.MailFlow.Spool.Sqlite.Records;

namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>
/// An operator's change to deliveries that were found before, as <see cref="DeliveryTransitions"/> applies it to what they are now.
/// </summary>
internal sealed class ChangeWrite(DeliveryChange change, IReadOnlyList<long> candidates, ClaimTable claims) : SpoolWrite
{
    private const string Find =
        $"SELECT m.id, {DeliveryRow.Columns}, m.body FROM deliveries d JOIN messages m ON m.seq = d.seq >> 20 WHERE d.seq = ?1";

    private const string Update =
        "UPDATE deliveries SET destination = ?2, state = ?3, attempts = ?4, queued_at = ?5, next_at = ?6, ended_at = ?7, last_reply = ?8, " +
        "reply_code = ?9, reply_enhanced = ?10, reply_host = ?11, version = ?12 WHERE seq = ?1";

    public List<SpooledDelivery> Changed { get; } = [];

    public override void Apply(WriterSession session)
    {
        Unmark();
        foreach (var seq in candidates)
        {
            var row = session.Statement(Find).Bind(1, seq);
            var delivery = row.Step() ? DeliveryRow.Read(row, 1, row.Text(0)) : null;
            var hasContent = delivery is not null && (MessageRow.Body)row.Number(1 + DeliveryRow.Width) != MessageRow.Body.Gone;
            row.Reset();
            if (delivery is null || DeliveryTransitions.Apply(change, delivery, hasContent) is not { } changed)
                continue;
            claims.BeginChange(delivery.Id);
            session.Statement(Update)
                .Bind(1, seq).Bind(2, changed.Destination).Bind(3, (long)changed.State).Bind(4, changed.Attempts).Bind(5, changed.QueuedAt)
                .Bind(6, changed.NextAttemptAt).Bind(7, changed.EndedAt).Bind(8, changed.LastReply?.Text)
                .BindReplyCodes(9, changed.LastReply).Bind(12, changed.Version).Run();
            session.Count(delivery.Destination, delivery.State, -1);
            session.Count(changed.Destination, changed.State, 1);
            Changed.Add(changed);
        }
    }

    public override void Committed() =>
        Changed.ForEach(changed => claims.EndChange(changed.Id, DeliveryTransitions.IsOpen(changed.State), endsClaim: false));

    protected override void Failed() => Unmark();

    private void Unmark()
    {
        Changed.ForEach(changed => claims.EndChange(changed.Id, isOpen: true, endsClaim: false));
        Changed.Clear();
    }
}
