using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Searching;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.MailFlow.Spool.Sqlite.Records;

namespace InboundBridge.MailFlow.Spool.Sqlite.Reading;

/// <summary>
/// Lists messages by what one of their deliveries has, newest first. States other than delivered have an index; everything else goes
/// through the deliveries one after the other.
/// </summary>
internal sealed class MessagesByDelivery
{
    /// <summary>Reading a message takes about as long as this many rows.</summary>
    private const int MessageCost = 4;

    /// <summary>Rows of one statement.</summary>
    private const int Chunk = 500;

    /// <summary>Destinations whose rows of a state are merged. With more of them, all deliveries are gone through.</summary>
    private const int MostMerged = 40;

    private const string OfAll =
        "SELECT seq, state, rule, tags FROM deliveries WHERE seq < ?1 AND seq >= ?2 ORDER BY seq DESC LIMIT ?3";

    private const string OfState =
        "SELECT seq, state, rule, tags FROM deliveries INDEXED BY deliveries_state " +
        "WHERE seq < ?1 AND seq >= ?2 AND destination = ?4 AND state = ?5 AND state <> 2 ORDER BY seq DESC LIMIT ?3";

    private readonly SpoolReader _reader;
    private readonly MessageFilter _filter;
    private readonly DeliveryLook _look;
    private readonly MessageLook _message;
    private readonly SearchBudget _budget;
    private readonly long _first;
    private readonly string[]? _destinations;

    public MessagesByDelivery(SpoolReader reader, MessageFilter filter, IReadOnlyList<DeliveryTally> tallies, SearchBudget budget)
    {
        (_reader, _filter, _look, _message, _budget) = (reader, filter, new DeliveryLook(filter), new MessageLook(filter), budget);
        _first = filter.Since is { } since ? FirstOf(MessageQueries.FirstSince(reader, since)) : 0;
        if (filter.State is not (null or DeliveryState.Delivered))
        {
            string[] names = [.. tallies.Where(each => each.State == filter.State && each.Count > 0).Select(each => each.Destination)];
            _destinations = names.Length > MostMerged ? null : names;
        }
    }

    public SpoolPage<SpooledMessage> List(string? cursor, int limit)
    {
        var before = DeliveryPlace.Read(cursor);
        if (_filter.Before is { } time && MessageQueries.FirstAfter(_reader, time) is { } late)
            before = Math.Min(before, FirstOf(late));
        var found = new List<SpooledMessage>();
        var last = -1L;
        while (true)
        {
            var (numbers, reached, isEnd, count) = Next(before);
            foreach (var number in numbers)
            {
                var message = number >> SpoolSchema.OrdinalBits;
                if (message == last)
                    continue;
                if (found.Count == limit || (last >= 0 && _budget.IsSpent))
                    return Page(found, number + 1, isCut: found.Count < limit);
                last = message;
                _budget.Spend(MessageCost);
                if (MessageQueries.FindWanted(_reader, message, _filter, _message) is { } wanted)
                    found.Add(wanted);
            }
            if (isEnd)
                return new SpoolPage<SpooledMessage>(found, null);
            // The rest of the deliveries of a message that was looked at are passed over.
            before = reached >> SpoolSchema.OrdinalBits == last ? FirstOf(last) : reached;
            _budget.Spend(count);
            if (_budget.IsSpent)
                return Page(found, before, isCut: true);
        }
    }

    private SpoolPage<SpooledMessage> Page(List<SpooledMessage> found, long before, bool isCut) => new(
        found, DeliveryPlace.Write(before),
        isCut ? MessageQueries.ReceivedUpTo(_reader, before >> SpoolSchema.OrdinalBits) : null);

    /// <summary>Reads a part of the deliveries.</summary>
    /// <returns>Those that fit, in falling order; the lowest number looked at; whether there are no more; the rows read.</returns>
    private (List<long> Numbers, long Reached, bool IsEnd, int Count) Next(long before)
    {
        if (_destinations is null)
            return Read(_reader.Statement(OfAll), before, Chunk);
        var (all, reached, isEnd, count) = (new List<long>(), _first, true, 0);
        var most = Math.Max(Chunk / Math.Max(1, _destinations.Length), 20);
        foreach (var destination in _destinations)
        {
            var part = Read(_reader.Statement(OfState).Bind(4, destination).Bind(5, (long)_filter.State!.Value), before, most);
            all.AddRange(part.Numbers);
            count += part.Count;
            // Below this the next part of the destination may have more.
            if (!part.IsEnd)
                (reached, isEnd) = (Math.Max(reached, part.Reached), false);
        }
        all.RemoveAll(number => number < reached);
        all.Sort((one, other) => other.CompareTo(one));
        return (all, reached, isEnd, count);
    }

    private (List<long> Numbers, long Reached, bool IsEnd, int Count) Read(SqliteStatement rows, long before, int most)
    {
        rows.Bind(1, before).Bind(2, _first).Bind(3, most);
        try
        {
            var (numbers, reached, count) = (new List<long>(), before, 0);
            for (; rows.Step(); count++)
            {
                reached = rows.Number(0);
                if (_look.Fits((DeliveryState)rows.Number(1), rows.Octets(2), rows.Octets(3)))
                    numbers.Add(reached);
            }
            return (numbers, reached, count < most, count);
        }
        finally
        {
            rows.Reset();
        }
    }

    private static long FirstOf(long message) => message << SpoolSchema.OrdinalBits;
}
