using System.Text.Json;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Json;
using InboundBridge.MailFlow.Spool.Sealing;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Records;

/// <summary>Reads a delivery from a row of <c>deliveries d</c> joined with its <c>messages m</c>.</summary>
internal static class DeliveryColumns
{
    public const string All =
        "d.id, m.id, d.destination, d.state, d.attempts, d.version, d.created_at, d.queued_at, d.next_at, d.ended_at, d.last_reply, " +
        "d.reply_code, d.reply_enhanced, d.reply_host, d.recipients, d.rule, d.tags, d.vars, d.header_edits, d.options, d.hold_reason, " +
        "d.replay, d.failed_destinations";

    /// <summary>Number of columns of <see cref="All"/>.</summary>
    public const int Width = 23;

    /// <summary>Joins a delivery with its message.</summary>
    public const string Join = "deliveries d JOIN messages m ON m.seq = d.seq >> 20";

    /// <exception cref="MessageDamagedException">The row holds what was never written.</exception>
    public static SpooledDelivery Read(NpgsqlDataReader row, int from, OptionsSeal seal)
    {
        try
        {
            return new SpooledDelivery
            {
                Id = row.GetString(from),
                MessageId = row.GetString(from + 1),
                Destination = row.GetString(from + 2),
                State = (DeliveryState)row.GetInt16(from + 3),
                Attempts = row.GetInt32(from + 4),
                Version = row.GetInt64(from + 5),
                CreatedAt = row.Time(from + 6),
                QueuedAt = row.TimeOrNull(from + 7),
                NextAttemptAt = row.Time(from + 8),
                EndedAt = row.TimeOrNull(from + 9),
                LastReply = row.ReplyOrNull(from + 10),
                Recipients = SpoolJson.ReadRecipients(row.Json(from + 14)),
                Rule = row.TextOrNull(from + 15),
                Tags = SpoolJson.ReadTexts(row.Json(from + 16)),
                Vars = SpoolJson.ReadMap(row.Json(from + 17)),
                HeaderEdits = SpoolJson.ReadEdits(row.Json(from + 18)),
                OptionsJson = row.IsDBNull(from + 19) ? null : seal.Open(row.GetString(from + 19), row.GetString(from)),
                HoldReason = row.TextOrNull(from + 20),
                IsReplay = row.GetBoolean(from + 21),
                FailedDestinations = SpoolJson.ReadTexts(row.Json(from + 22)),
            };
        }
        catch (Exception broken) when (broken is JsonException or ArgumentOutOfRangeException)
        {
            throw new MessageDamagedException(row.GetString(from + 1), $"the record of its delivery {row.GetString(from)} is not readable",
                broken);
        }
    }
}
