using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Records;

namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>An operator's change to deliveries that were found before; what is no longer in a state for it is left alone.</summary>
internal sealed class ChangeWrite(DeliveryChange change, IReadOnlyList<long> candidates) : SpoolWrite
{
    private const string Find = $"SELECT m.id, {DeliveryRow.Columns}, m.body FROM deliveries d JOIN messages m ON m.seq = d.seq >> 20 WHERE d.seq = ?1";

    public List<SpooledDelivery> Changed { get; } = [];

    /// <summary>The states that a change applies to.</summary>
    public static bool Applies(DeliveryChangeKind kind, DeliveryState state) => kind switch
    {
        DeliveryChangeKind.Retry => state is DeliveryState.Pending or DeliveryState.Retrying or DeliveryState.Dead or DeliveryState.Cancelled,
        DeliveryChangeKind.Hasten => state is DeliveryState.Pending or DeliveryState.Retrying,
        DeliveryChangeKind.Cancel => state is DeliveryState.Pending or DeliveryState.Retrying or DeliveryState.Held or DeliveryState.Dead,
        DeliveryChangeKind.Release => state is DeliveryState.Held or DeliveryState.Dead,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public override void Apply(WriterSession session)
    {
        Changed.Clear();
        foreach (var seq in candidates)
        {
            var row = session.Statement(Find).Bind(1, seq);
            var delivery = row.Step() ? DeliveryRow.Read(row, 1, row.Text(0)) : null;
            // An erased message can't be sent again: only its end may still be changed.
            var isGone = delivery is not null && change.Kind != DeliveryChangeKind.Cancel && (MessageRow.Body)row.Number(1 + DeliveryRow.Width) == MessageRow.Body.Gone;
            row.Reset();
            if (delivery is null || isGone || !Applies(change.Kind, delivery.State) || Change(delivery) is not { } changed)
                continue;
            session.Statement(
                "UPDATE deliveries SET destination = ?2, state = ?3, attempts = ?4, queued_at = ?5, next_at = ?6, ended_at = ?7, last_reply = ?8, " +
                "reply_code = ?9, reply_enhanced = ?10, reply_host = ?11, version = version + 1 WHERE seq = ?1")
                .Bind(1, seq).Bind(2, changed.Destination).Bind(3, (long)changed.State).Bind(4, changed.Attempts).Bind(5, changed.QueuedAt)
                .Bind(6, changed.NextAttemptAt).Bind(7, changed.EndedAt).Bind(8, changed.LastReply?.Text)
                .BindReplyCodes(9, changed.LastReply).Run();
            session.Count(delivery.Destination, delivery.State, -1);
            session.Count(changed.Destination, changed.State, 1);
            Changed.Add(changed);
        }
    }

    private bool IsMeant(SpooledDelivery delivery) =>
        change.RecipientDomain is not { } accepts || delivery.Recipients.Any(recipient => accepts(recipient.Address[(recipient.Address.LastIndexOf('@') + 1)..]));

    private SpooledDelivery? Change(SpooledDelivery delivery)
    {
        if (change.Kind == DeliveryChangeKind.Cancel)
            return delivery with { State = DeliveryState.Cancelled, EndedAt = change.At, LastReply = change.Reason is { } reason ? DeliveryReply.FromText(reason) : delivery.LastReply };
        if (change.Kind == DeliveryChangeKind.Hasten)
            return delivery.NextAttemptAt > change.At && IsMeant(delivery) ? delivery with { NextAttemptAt = change.At } : null;
        // What died at its destination is retried there; only a refusal, which never had one, is released.
        if (change.Kind == DeliveryChangeKind.Release && delivery is { State: DeliveryState.Dead, Destination.Length: > 0 })
            return null;
        var destination = change.Destination ?? delivery.Destination;
        if (destination.Length == 0)
            return null;
        return delivery with
        {
            Destination = destination,
            State = DeliveryState.Pending,
            Attempts = 0,
            QueuedAt = change.At,
            NextAttemptAt = change.At,
            EndedAt = null,
            LastReply = change.Reason is { } words ? DeliveryReply.FromText(words) : delivery.LastReply,
        };
    }
}
