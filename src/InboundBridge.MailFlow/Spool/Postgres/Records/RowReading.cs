using System.Text;
using InboundBridge.MailFlow.Spool.Contract;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Records;

/// <summary>Values of a row.</summary>
internal static class RowReading
{
    public static string? TextOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static DateTimeOffset Time(this NpgsqlDataReader row, int column) => StoredTime.From(row.GetInt64(column));

    public static DateTimeOffset? TimeOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.Time(column);

    /// <summary>The octets of a JSON text; none for NULL.</summary>
    public static byte[] Json(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? [] : Encoding.UTF8.GetBytes(row.GetString(column));

    /// <summary>A reply in four columns: its text, its code, its enhanced code and the host.</summary>
    public static DeliveryReply? ReplyOrNull(this NpgsqlDataReader row, int first) => row.IsDBNull(first)
        ? null
        : new DeliveryReply(
            row.IsDBNull(first + 1) ? null : row.GetInt32(first + 1), row.TextOrNull(first + 2), row.GetString(first),
            row.TextOrNull(first + 3));
}
