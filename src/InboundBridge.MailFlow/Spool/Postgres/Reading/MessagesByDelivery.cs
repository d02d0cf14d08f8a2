using System.Globalization;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using InboundBridge.MailFlow.Spool.Searching;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Reading;

/// <summary>
/// Lists messages by what one of their deliveries has, newest first. States other than delivered have an index; everything else goes
/// through the deliveries one after the other.
/// </summary>
internal sealed class MessagesByDelivery(NpgsqlConnection connection, MessageFilter filter, SearchBudget budget)
{
    /// <summary>Rows of one query.</summary>
    private const int Part = 5000;

    /// <summary>Deliveries of a part that fit.</summary>
    private const int MostFit = 500;

    /// <summary>Messages that are read together. Those of a part may be ten times what a page shows.</summary>
    private const int MostTogether = 64;

    /// <summary>Reading a message takes about as long as this many rows.</summary>
    private const int MessageCost = 4;

    private static readonly string Examined = string.Create(
        CultureInfo.InvariantCulture,
        $"(SELECT x.seq, x.state, x.rule, x.tags FROM deliveries x WHERE x.seq < $1 AND x.seq >= $2 ORDER BY x.seq DESC LIMIT {Part}) d");

    private static readonly string OfAll = string.Create(
        CultureInfo.InvariantCulture,
        $"SELECT d.seq, d.state, d.rule, d.tags FROM {Examined} WHERE ($3::bigint IS NULL OR d.state = $3) "
        + $"AND ($4::text IS NULL OR d.rule = $4) AND ($5::text IS NULL OR position($5 IN lower(d.tags COLLATE \"C\")) > 0) "
        + $"ORDER BY d.seq DESC LIMIT {MostFit}");

    private static readonly string End = $"SELECT coalesce(min(d.seq), 0), count(*) FROM {Examined}";

    private static readonly string OfState = string.Create(
        CultureInfo.InvariantCulture,
        $"SELECT d.seq, d.state, d.rule, d.tags FROM (SELECT DISTINCT destination FROM tallies WHERE state = $3 AND count <> 0) t "
        + $"CROSS JOIN LATERAL (SELECT x.seq, x.state, x.rule, x.tags FROM deliveries x WHERE x.destination = t.destination "
        + $"AND x.state = $3 AND x.state <> 2 AND x.seq < $1 AND x.seq >= $2 ORDER BY x.seq DESC LIMIT {MostFit}) d "
        + $"ORDER BY d.seq DESC LIMIT {MostFit}");

    private readonly DeliveryLook _look = new(filter);
    private long _first;

    private bool HasIndex => filter.State is not (null or DeliveryState.Delivered);

    public async Task<SpoolPage<SpooledMessage>> ListAsync(string? cursor, int limit)
    {
        var before = DeliveryPlace.Read(cursor);
        if (filter.Before is { } time && await MessageReads.FirstAfterAsync(connection, time) is { } late)
            before = Math.Min(before, FirstOf(late));
        _first = filter.Since is { } since ? FirstOf(await MessageReads.FirstSinceAsync(connection, since)) : 0;
        var found = new List<SpooledMessage>();
        for (var last = -1L; ;)
        {
            var (numbers, reached, isEnd, count) = HasIndex ? await NextOfStateAsync(before) : await NextAsync(before);
            var (messages, read) = (new Dictionary<long, SpooledMessage>(), 0);
            for (var index = 0; index < numbers.Count; index++)
            {
                var number = numbers[index];
                if (MessageOf(number) == last)
                    continue;
                if (found.Count == limit || (index > 0 && budget.IsSpent))
                    return await PageAsync(found, number + 1, isCut: found.Count < limit);
                if (index >= read)
                {
                    read = Math.Min(numbers.Count, index + MostTogether);
                    budget.Spend(MessageCost * (read - index));
                    messages = await MessageReads.FindAsync(connection, [.. numbers[index..read].Select(MessageOf).Distinct()]);
                }
                last = MessageOf(number);
                if (messages.TryGetValue(last, out var message) && filter.Matches(message))
                    found.Add(message);
            }
            if (isEnd)
                return new SpoolPage<SpooledMessage>(found, null);
            // The rest of the deliveries of a message that was looked at are passed over.
            before = MessageOf(reached) == last ? FirstOf(last) : reached;
            budget.Spend(count);
            if (budget.IsSpent)
                return await PageAsync(found, before, isCut: true);
        }
    }

    private async Task<SpoolPage<SpooledMessage>> PageAsync(List<SpooledMessage> found, long before, bool isCut) => new(
        found, DeliveryPlace.Write(before), isCut ? await MessageReads.ReceivedUpToAsync(connection, MessageOf(before)) : null);

    /// <returns>Deliveries that fit, in falling order; the lowest number looked at; whether that is the end; what the rows cost.</returns>
    private async Task<(List<long> Numbers, long Reached, bool IsEnd, int Count)> NextAsync(long before)
    {
        List<long> numbers;
        int count;
        await using (var command = new NpgsqlCommand(OfAll, connection))
        {
            command.Parameters.Number(before).Number(_first).NumberOrNull((long?)filter.State).Text(filter.Rule).Text(_look.Tag);
            (numbers, var reached, count) = await ReadAsync(command);
            if (count == MostFit)
                return (numbers, reached, false, Part);
        }
        await using var end = new NpgsqlCommand(End, connection);
        end.Parameters.Number(before).Number(_first);
        await using var reader = await end.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (numbers, reader.GetInt64(0), reader.GetInt64(1) < Part, Part);
    }

    private async Task<(List<long> Numbers, long Reached, bool IsEnd, int Count)> NextOfStateAsync(long before)
    {
        await using var command = new NpgsqlCommand(OfState, connection);
        command.Parameters.Number(before).Number(_first).State(filter.State!.Value);
        var (numbers, reached, count) = await ReadAsync(command);
        return (numbers, reached, count < MostFit, Part);
    }

    private async Task<(List<long> Numbers, long Reached, int Count)> ReadAsync(NpgsqlCommand command)
    {
        await using var reader = await command.ExecuteReaderAsync();
        var (numbers, reached, count) = (new List<long>(), 0L, 0);
        for (; await reader.ReadAsync(); count++)
        {
            reached = reader.GetInt64(0);
            if (_look.Fits((DeliveryState)reader.GetInt16(1), reader.Json(2), reader.Json(3)))
                numbers.Add(reached);
        }
        return (numbers, reached, count);
    }

    private static long MessageOf(long delivery) => delivery >> PostgresSchema.OrdinalBits;

    private static long FirstOf(long message) => message << PostgresSchema.OrdinalBits;
}
