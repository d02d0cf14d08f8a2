using System.Text.Json;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Json;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.MailFlow.Spool.Sqlite.Records;

/// <summary>
/// A message as a row. The constructor, which runs on the session's thread, encodes
/// the envelope, so that the single writer only binds values.
/// </summary>
internal sealed class MessageRow(SpooledMessage message, MessageRow.Body body, ReadOnlyMemory<byte> prelude)
{
    public enum Body
    {
        Inline = 0,
        File = 1,
        Gone = 2,
    }

    public const string Columns =
        "m.seq, m.id, m.received_at, m.size, m.sha256, m.body, m.config_version, m.subject, m.envelope, m.authentication, length(m.prelude), " +
        "m.results, m.cause, m.cause_details";

    /// <summary>Number of <see cref="Columns"/>.</summary>
    public const int Width = 14;

    public const string Insert =
        "INSERT INTO messages(seq, id, received_at, size, sha256, body, config_version, subject, envelope, authentication, results, cause, cause_details, prelude) " +
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";

    private readonly byte[] _envelope = SpoolJson.Write(message.Envelope);
    private readonly byte[]? _cause = message.Cause is { } cause ? SpoolJson.Write(cause) : null;
    private readonly byte[] _sha256 = Convert.FromHexString(message.Sha256);

    public string Id => message.Id;

    public long Size => message.Size;

    public void Run(SqliteStatement insert, long seq)
    {
        insert.Bind(1, seq).Bind(2, message.Id).Bind(3, message.ReceivedAt).Bind(4, message.Size).BindBlob(5, _sha256).Bind(6, (long)body)
            .Bind(7, message.ConfigVersion).Bind(8, message.Subject).BindText(9, _envelope).Bind(10, message.AuthenticationJson)
            .Bind(11, message.ResultsField).Bind(12, message.Cause?.MessageId).BindText(13, _cause);
        if (prelude.IsEmpty)
            insert.BindNull(14).Run();
        else
            insert.Run(14, prelude.Span);
    }

    /// <exception cref="MessageDamagedException">The row holds what was never written.</exception>
    public static SpooledMessage Read(SqliteStatement row, int from)
    {
        try
        {
            return new SpooledMessage
            {
                Id = row.Text(from + 1),
                ReceivedAt = row.Time(from + 2),
                Size = row.Number(from + 3),
                Sha256 = Convert.ToHexStringLower(row.Octets(from + 4)),
                ConfigVersion = row.Text(from + 6),
                Subject = row.TextOrNull(from + 7),
                Envelope = SpoolJson.ReadEnvelope(row.Octets(from + 8)),
                AuthenticationJson = row.TextOrNull(from + 9),
                PreludeLength = (int)row.Number(from + 10),
                ResultsField = row.TextOrNull(from + 11),
                Cause = row.TextOrNull(from + 12) is { } cause ? SpoolJson.ReadCause(cause, row.Octets(from + 13)) : null,
            };
        }
        catch (Exception broken) when (broken is JsonException or ArgumentOutOfRangeException)
        {
            throw new MessageDamagedException(row.Text(from + 1), "its record is not readable", broken);
        }
    }
}
