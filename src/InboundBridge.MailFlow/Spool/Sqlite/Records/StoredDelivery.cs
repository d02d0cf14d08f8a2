using System.Globalization;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.MailFlow.Spool.Sqlite.Records;

/// <summary>
/// What the writer needs to know of a delivery that ends, from one query. The query does not read the message's row, which may be damaged.
/// </summary>
/// <param name="HasHistory">There may be rows of earlier attempts.</param>
/// <param name="HasSiblings">The message has other deliveries.</param>
/// <param name="IsOnlyOneLeft">Every other delivery of the message is delivered.</param>
internal readonly record struct StoredDelivery(
    long Seq, string Destination, DeliveryState State, bool HasHistory, bool HasSiblings, bool IsOnlyOneLeft, long Version)
{
    private static readonly string Siblings = string.Create(
        CultureInfo.InvariantCulture,
        $"SELECT 1 FROM deliveries o WHERE o.seq BETWEEN d.seq >> {SpoolSchema.OrdinalBits} << {SpoolSchema.OrdinalBits} " +
        $"AND d.seq | (1 << {SpoolSchema.OrdinalBits}) - 1 AND o.seq <> d.seq");

    /// <summary>Finds a delivery by its id.</summary>
    public static readonly string Select =
        $"SELECT d.seq, d.destination, d.state, d.attempts, EXISTS({Siblings}), NOT EXISTS({Siblings} AND o.state <> 2), d.version " +
        "FROM deliveries d WHERE d.id = ?1";

    public long MessageSeq => Seq >> SpoolSchema.OrdinalBits;

    public static StoredDelivery Read(SqliteStatement row) =>
        new(row.Number(0), row.Text(1), (DeliveryState)row.Number(2), row.Number(3) > 0, row.Number(4) != 0, row.Number(5) != 0,
            row.Number(6));
}
