using System.Text.Json;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Json;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Records;

/// <summary>Reads the record of a message from a row of <c>messages m</c>.</summary>
internal static class MessageColumns
{
    public const string All =
        "m.id, m.received_at, m.size, m.sha256, m.config_version, m.subject, m.envelope, m.authentication, m.prelude_length, m.results, " +
        "m.cause, m.cause_details";

    /// <summary>Number of columns of <see cref="All"/>.</summary>
    public const int Width = 12;

    /// <exception cref="MessageDamagedException">The row holds what was never written.</exception>
    public static SpooledMessage Read(NpgsqlDataReader row, int from)
    {
        try
        {
            return new SpooledMessage
            {
                Id = row.GetString(from),
                ReceivedAt = row.Time(from + 1),
                Size = row.GetInt64(from + 2),
                Sha256 = Convert.ToHexStringLower(row.GetFieldValue<byte[]>(from + 3)),
                ConfigVersion = row.GetString(from + 4),
                Subject = row.TextOrNull(from + 5),
                Envelope = SpoolJson.ReadEnvelope(row.Json(from + 6)),
                AuthenticationJson = row.TextOrNull(from + 7),
                PreludeLength = row.GetInt32(from + 8),
                ResultsField = row.TextOrNull(from + 9),
                Cause = row.TextOrNull(from + 10) is { } cause ? SpoolJson.ReadCause(cause, row.Json(from + 11)) : null,
            };
        }
        catch (Exception broken) when (broken is JsonException or ArgumentOutOfRangeException)
        {
            throw new MessageDamagedException(row.GetString(from), "its record is not readable", broken);
        }
    }
}
