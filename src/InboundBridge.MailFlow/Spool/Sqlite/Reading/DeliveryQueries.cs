using System.Globalization;
using System.Text;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Searching;
using InboundBridge.MailFlow.Spool.Sqlite.Records;

namespace InboundBridge.MailFlow.Spool.Sqlite.Reading;

/// <summary>Finds deliveries for the API's lists and for an operator's changes.</summary>
internal static class DeliveryQueries
{
    private const string Rows = $"SELECT m.id, {DeliveryRow.Columns} FROM deliveries d CROSS JOIN messages m ON m.seq = d.seq >> 20 ";

    private const string OfMessage =
        $"SELECT m.id, {DeliveryRow.Columns} FROM messages m CROSS JOIN deliveries d " +
        "ON d.seq BETWEEN m.seq << 20 AND (m.seq + 1 << 20) - 1 WHERE m.id = ?1 ORDER BY d.seq";

    public static SpooledDelivery? Find(SpoolReader reader, string id) =>
        reader.Statement(Rows + "WHERE d.id = ?1").Bind(1, id).ReadOne(row => DeliveryRow.Read(row, 1, row.Text(0)));

    public static List<SpooledDelivery> OfOneMessage(SpoolReader reader, string messageId) =>
        reader.Statement(OfMessage).Bind(1, messageId).ReadAll(row => DeliveryRow.Read(row, 1, row.Text(0)));

    public static List<FailedAttempt> Attempts(SpoolReader reader, string deliveryId) =>
        reader.Statement(
                "SELECT a.number, a.started_at, a.duration, a.outcome, a.reply, a.reply_code, a.reply_enhanced, a.reply_host " +
                "FROM deliveries d JOIN attempts a ON a.delivery = d.seq WHERE d.id = ?1 ORDER BY a.started_at")
                .Bind(1, deliveryId)
                .ReadAll(row => new FailedAttempt(
                    (int)row.Number(0), row.Time(1), TimeSpan.FromMilliseconds(row.Number(2)), row.Text(3), row.Reply(4, 5)));

    public static IReadOnlyDictionary<string, DateTimeOffset> OldestOpen(SpoolReader reader, IReadOnlyList<string> destinations)
    {
        var times = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var destination in destinations)
        {
            if (OldestOpen(reader, destination) is { } oldest)
                times[destination] = oldest;
        }
        return times;
    }

    private static DateTimeOffset? OldestOpen(SpoolReader reader, string destination)
    {
        const string First = "(SELECT seq FROM deliveries WHERE destination = ?1 AND state = ";
        const string Last = " AND state <> 2 ORDER BY seq LIMIT 1)";
        const string Sql = $"SELECT min(created_at) FROM deliveries WHERE seq IN ({First}0{Last}, {First}1{Last})";
        var row = reader.Statement(Sql).Bind(1, destination);
        var oldest = row.Step() ? row.TimeOrNull(0) : null;
        row.Reset();
        return oldest;
    }

    /// <param name="tallies">Names the destinations that have deliveries of a state.</param>
    public static SpoolPage<SpooledDelivery> List(
        SpoolReader reader, DeliveryFilter filter, string? cursor, int limit, IReadOnlyList<DeliveryTally> tallies, TimeProvider clock)
    {
        var before = ReadCursor(cursor, long.MaxValue);
        if (filter.Id is not null || filter.MessageId is not null)
            return new SpoolPage<SpooledDelivery>(FindFew(reader, filter), null);
        return filter.State is { } state and not DeliveryState.Delivered
            ? ListByState(reader, state, filter.Destination, before, limit, tallies)
            : Walk(reader, filter, before, limit, new SearchBudget(clock));
    }

    /// <summary>Numbers of the deliveries that a change may apply to, oldest first, after a cursor.</summary>
    public static List<long> Candidates(SpoolReader reader, DeliveryChange change, long after, int limit)
    {
        var filter = change.Filter;
        var conditions = new StringBuilder("SELECT d.seq FROM deliveries d WHERE d.seq > ?1 AND d.state <> 2");
        if (filter.Id is not null)
            conditions.Append(" AND d.id = ?3");
        if (filter.MessageId is not null)
            conditions.Append(
                " AND d.seq BETWEEN (SELECT seq << 20 FROM messages WHERE id = ?4) " +
                "AND (SELECT (seq + 1 << 20) - 1 FROM messages WHERE id = ?4)");
        if (filter.Destination is not null)
            conditions.Append(" AND d.destination = ?5");
        if (filter.State is not null)
            conditions.Append(" AND d.state = ?6");
        conditions.Append(" ORDER BY d.seq LIMIT ?2");
        var rows = reader.Statement(conditions.ToString()).Bind(1, after).Bind(2, limit);
        if (filter.Id is not null)
            rows.Bind(3, filter.Id);
        if (filter.MessageId is not null)
            rows.Bind(4, filter.MessageId);
        if (filter.Destination is not null)
            rows.Bind(5, filter.Destination);
        if (filter.State is { } state)
            rows.Bind(6, (long)state);
        return rows.ReadAll(row => row.Number(0));
    }

    public static long ReadCursor(string? cursor, long start)
    {
        if (cursor is null)
            return start;
        return long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            ? seq
            : throw new ArgumentException("not a cursor of this list", nameof(cursor));
    }

    public static string WriteCursor(long seq) => seq.ToString(CultureInfo.InvariantCulture);

    private static List<SpooledDelivery> FindFew(SpoolReader reader, DeliveryFilter filter)
    {
        IEnumerable<SpooledDelivery> found = filter.MessageId is { } messageId
            ? OfOneMessage(reader, messageId)
            : Find(reader, filter.Id!) is { } one ? [one] : [];
        return
        [
            .. found.Where(
                delivery => (filter.Id is null || delivery.Id == filter.Id) && (filter.State is null || delivery.State == filter.State) &&
                (filter.Destination is null || delivery.Destination == filter.Destination)),
        ];
    }

    /// <summary>Reads each destination through the index of states, and merges the results.</summary>
    private static SpoolPage<SpooledDelivery> ListByState(
        SpoolReader reader, DeliveryState state, string? destination, long before, int limit, IReadOnlyList<DeliveryTally> tallies)
    {
        var names = destination is not null
            ? [destination]
            : tallies.Where(tally => tally.State == state).Select(tally => tally.Destination).Distinct(StringComparer.Ordinal);
        var found = new List<(long Seq, SpooledDelivery Delivery)>();
        foreach (var name in names)
        {
            found.AddRange(
                reader.Statement(
                    Rows + "WHERE d.destination = ?1 AND d.state = ?2 AND d.state <> 2 AND d.seq < ?3 ORDER BY d.seq DESC LIMIT ?4")
                .Bind(1, name).Bind(2, (long)state).Bind(3, before).Bind(4, limit + 1)
                .ReadAll(row => (row.Number(1), DeliveryRow.Read(row, 1, row.Text(0)))));
        }
        found.Sort((one, other) => other.Seq.CompareTo(one.Seq));
        return found.Count <= limit
            ? new SpoolPage<SpooledDelivery>([.. found.Select(entry => entry.Delivery)], null)
            : new SpoolPage<SpooledDelivery>([.. found.Take(limit).Select(entry => entry.Delivery)], WriteCursor(found[limit - 1].Seq));
    }

    private static SpoolPage<SpooledDelivery> Walk(
        SpoolReader reader, DeliveryFilter filter, long before, int limit, SearchBudget budget)
    {
        var destination = filter.Destination is null ? null : Encoding.UTF8.GetBytes(filter.Destination);
        var rows = reader.Statement("SELECT seq, destination, state FROM deliveries WHERE seq < ?1 ORDER BY seq DESC").Bind(1, before);
        var (found, last, isWhole) = (new List<long>(), before, true);
        try
        {
            for (; rows.Step(); budget.Spend(1))
            {
                isWhole = found.Count < limit && !budget.IsSpent;
                if (!isWhole)
                    break;
                last = rows.Number(0);
                if ((filter.State is null || (DeliveryState)rows.Number(2) == filter.State)
                    && (destination is null || rows.Octets(1).SequenceEqual(destination)))
                    found.Add(last);
            }
        }
        finally
        {
            rows.Reset();
        }
        var page = found.Select(seq => reader.Statement(Rows + "WHERE d.seq = ?1").Bind(1, seq)
            .ReadOne(row => DeliveryRow.Read(row, 1, row.Text(0)))).OfType<SpooledDelivery>().ToList();
        return new SpoolPage<SpooledDelivery>(
            page, isWhole ? null : WriteCursor(last),
            isWhole || found.Count == limit ? null : MessageQueries.ReceivedUpTo(reader, last >> SpoolSchema.OrdinalBits));
    }
}
