using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using InboundBridge.MailFlow.Spool.Sealing;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Reading;

/// <summary>Finds single deliveries and their attempts.</summary>
internal static class DeliveryReads
{
    private const string Rows = $"SELECT {DeliveryColumns.All}, d.seq FROM {DeliveryColumns.Join} ";

    private const string Attempts =
        "SELECT a.number, a.started_at, a.duration, a.outcome, a.reply, a.reply_code, a.reply_enhanced, a.reply_host " +
        "FROM deliveries d JOIN attempts a ON a.delivery = d.seq WHERE d.id = $1 ORDER BY a.started_at";

    public static async Task<SpooledDelivery?> FindAsync(NpgsqlConnection connection, string id, OptionsSeal seal)
    {
        await using var command = new NpgsqlCommand(Rows + "WHERE d.id = $1", connection);
        command.Parameters.Text(id);
        return (await ReadAsync(command, seal)) is [var found] ? found.Delivery : null;
    }

    public static async Task<IReadOnlyList<SpooledDelivery>> OfMessageAsync(NpgsqlConnection connection, string messageId, OptionsSeal seal)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT {DeliveryColumns.All}, d.seq FROM messages m JOIN deliveries d " +
            "ON d.seq >= m.seq << 20 AND d.seq < (m.seq + 1) << 20 WHERE m.id = $1 ORDER BY d.seq", connection);
        command.Parameters.Text(messageId);
        return (await ReadAsync(command, seal)).ConvertAll(row => row.Delivery);
    }

    public static async Task<IReadOnlyList<SpooledDelivery>> OfMessagesAsync(
        NpgsqlConnection connection, IReadOnlyList<string> messageIds, OptionsSeal seal)
    {
        // OFFSET 0 keeps the planner from a join of both tables, for which it would read all deliveries.
        await using var command = new NpgsqlCommand(
            $"SELECT {DeliveryColumns.All}, d.seq FROM messages m CROSS JOIN LATERAL (SELECT * FROM deliveries x " +
            "WHERE x.seq >= m.seq << 20 AND x.seq < (m.seq + 1) << 20 ORDER BY x.seq OFFSET 0) d WHERE m.id = ANY($1)", connection);
        command.Parameters.Texts([.. messageIds]);
        return (await ReadAsync(command, seal)).ConvertAll(row => row.Delivery);
    }

    public static async Task<IReadOnlyList<FailedAttempt>> AttemptsAsync(NpgsqlConnection connection, string deliveryId)
    {
        await using var command = new NpgsqlCommand(Attempts, connection);
        command.Parameters.Text(deliveryId);
        await using var reader = await command.ExecuteReaderAsync();
        var attempts = new List<FailedAttempt>();
        while (await reader.ReadAsync())
        {
            attempts.Add(new FailedAttempt(
                reader.GetInt32(0), reader.Time(1), TimeSpan.FromMilliseconds(reader.GetInt64(2)), reader.GetString(3),
                reader.ReplyOrNull(4)!));
        }
        return attempts;
    }

    /// <summary>Rows of <see cref="DeliveryColumns.All"/> and the delivery's number.</summary>
    public static async Task<List<(SpooledDelivery Delivery, long Seq)>> ReadAsync(NpgsqlCommand command, OptionsSeal seal)
    {
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(SpooledDelivery, long)>();
        while (await reader.ReadAsync())
            rows.Add((DeliveryColumns.Read(reader, 0, seal), reader.GetInt64(DeliveryColumns.Width)));
        return rows;
    }
}
