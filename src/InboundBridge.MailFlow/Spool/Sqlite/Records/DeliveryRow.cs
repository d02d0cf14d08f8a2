using System.Text.Json;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Json;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.MailFlow.Spool.Sqlite.Records;

/// <summary>A delivery as a row. Its lists are encoded in the constructor, as with <see cref="MessageRow"/>.</summary>
internal sealed class DeliveryRow(SpooledDelivery delivery)
{
    public const string Columns =
        "d.seq, d.id, d.destination, d.state, d.attempts, d.created_at, d.queued_at, d.next_at, d.ended_at, d.last_reply, d.recipients, " +
        "d.rule, d.tags, d.vars, d.header_edits, d.options, d.hold_reason, d.replay, d.failed_destinations, d.reply_code, " +
        "d.reply_enhanced, d.reply_host, d.version";

    /// <summary>Two of the columns, by their place.</summary>
    public const int Id = 1;

    public const int NextAttempt = 7;

    /// <summary>Number of <see cref="Columns"/>.</summary>
    public const int Width = 23;

    public const string Insert =
        "INSERT INTO deliveries(seq, id, destination, state, attempts, created_at, queued_at, next_at, ended_at, last_reply, recipients, " +
        "rule, tags, vars, header_edits, options, hold_reason, replay, failed_destinations, reply_code, reply_enhanced, reply_host, version) " +
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)";

    private readonly byte[] _recipients = SpoolJson.Write(delivery.Recipients);
    private readonly byte[]? _tags = SpoolJson.Write(delivery.Tags);
    private readonly byte[]? _vars = SpoolJson.Write(delivery.Vars);
    private readonly byte[]? _edits = SpoolJson.Write(delivery.HeaderEdits);
    private readonly byte[]? _failed = SpoolJson.Write(delivery.FailedDestinations);

    public SpooledDelivery Delivery => delivery;

    public void Run(SqliteStatement insert, long seq) =>
        insert.Bind(1, seq).Bind(2, delivery.Id).Bind(3, delivery.Destination).Bind(4, (long)delivery.State).Bind(5, delivery.Attempts)
            .Bind(6, delivery.CreatedAt).Bind(7, delivery.QueuedAt).Bind(8, delivery.NextAttemptAt).Bind(9, delivery.EndedAt)
                .Bind(10, delivery.LastReply?.Text)
            .BindText(11, _recipients).Bind(12, delivery.Rule).BindText(13, _tags).BindText(14, _vars).BindText(15, _edits)
            .Bind(16, insert.Seal.Seal(delivery.OptionsJson, delivery.Id))
            .Bind(17, delivery.HoldReason).Bind(18, delivery.IsReplay ? 1 : 0).BindText(19, _failed)
            .BindReplyCodes(20, delivery.LastReply).Bind(23, delivery.Version).Run();

    /// <param name="messageId">The row itself holds only the number of its message.</param>
    /// <exception cref="MessageDamagedException">The row holds what was never written.</exception>
    public static SpooledDelivery Read(SqliteStatement row, int from, string messageId)
    {
        try
        {
            return new SpooledDelivery
            {
                Id = row.Text(from + 1),
                MessageId = messageId,
                Destination = row.Text(from + 2),
                State = (DeliveryState)row.Number(from + 3),
                Attempts = (int)row.Number(from + 4),
                CreatedAt = row.Time(from + 5),
                QueuedAt = row.TimeOrNull(from + 6),
                NextAttemptAt = row.Time(from + 7),
                EndedAt = row.TimeOrNull(from + 8),
                LastReply = row.ReplyOrNull(from + 9, from + 19),
                Recipients = SpoolJson.ReadRecipients(row.Octets(from + 10)),
                Rule = row.TextOrNull(from + 11),
                Tags = SpoolJson.ReadTexts(row.Octets(from + 12)),
                Vars = SpoolJson.ReadMap(row.Octets(from + 13)),
                HeaderEdits = SpoolJson.ReadEdits(row.Octets(from + 14)),
                OptionsJson = row.IsNull(from + 15) ? null : row.Seal.Open(row.Text(from + 15), row.Text(from + 1)),
                HoldReason = row.TextOrNull(from + 16),
                IsReplay = row.Number(from + 17) != 0,
                FailedDestinations = SpoolJson.ReadTexts(row.Octets(from + 18)),
                Version = row.Number(from + 22),
            };
        }
        catch (Exception broken) when (broken is JsonException or ArgumentOutOfRangeException)
        {
            throw new MessageDamagedException(messageId, $"the record of its delivery {row.Text(from + 1)} is not readable", broken);
        }
    }
}
