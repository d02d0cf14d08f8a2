using System.Globalization;

namespace InboundBridge.MailFlow.Spool.Postgres.Records;

/// <summary>Where a list or a change of deliveries goes on: the number of a delivery.</summary>
internal static class DeliveryCursor
{
    /// <exception cref="ArgumentException">It is not a cursor.</exception>
    public static long Read(string? cursor, long start)
    {
        if (cursor is null)
            return start;
        return long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            ? seq
            : throw new ArgumentException("not a cursor of this list", nameof(cursor));
    }

    public static string Write(long seq) => seq.ToString(CultureInfo.InvariantCulture);
}
