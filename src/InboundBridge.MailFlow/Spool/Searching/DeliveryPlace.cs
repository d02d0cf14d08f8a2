using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Spool.Searching;

/// <summary>
/// A cursor of a list of messages that goes through deliveries: the number of a delivery, in the form of an id. No id of a message is that
/// low, since ids begin with a time.
/// </summary>
internal static class DeliveryPlace
{
    private static readonly UInt128 FirstTime = UInt128.One << 80;

    /// <summary>The deliveries below this number come next.</summary>
    /// <exception cref="ArgumentException">The cursor belongs to another list.</exception>
    public static long Read(string? cursor)
    {
        if (cursor is null)
            return long.MaxValue;
        return MessageIdSource.IsId(cursor) && MessageIdSource.Number(cursor) is var number && number < FirstTime && number <= long.MaxValue
            ? (long)number
            : throw new ArgumentException("not a cursor of this list", nameof(cursor));
    }

    public static string Write(long number) => MessageIdSource.Text((UInt128)number);

    /// <summary>For a list of messages by their ids: refuses a cursor of this kind, which would end the list silently.</summary>
    /// <exception cref="ArgumentException">The cursor belongs to another list.</exception>
    public static void Refuse(string? cursor)
    {
        if (cursor is not null && MessageIdSource.IsId(cursor) && MessageIdSource.Number(cursor) < FirstTime)
            throw new ArgumentException("not a cursor of this list", nameof(cursor));
    }
}
