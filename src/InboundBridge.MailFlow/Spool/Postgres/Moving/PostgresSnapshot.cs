using System.Data;
using System.Globalization;
using System.Runtime.CompilerServices;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notes;
using InboundBridge.MailFlow.Spool.Moving;
using InboundBridge.MailFlow.Spool.Postgres.Health;
using InboundBridge.MailFlow.Spool.Postgres.Reading;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using InboundBridge.MailFlow.Spool.Sealing;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Moving;

/// <summary>
/// A shared spool in one transaction that sees it as it was when it began (REPEATABLE READ). Nodes go on; VACUUM keeps old rows until the
/// transaction ends.
/// </summary>
internal sealed class PostgresSnapshot(NpgsqlDataSource source, NpgsqlConnection connection, string place, OptionsSeal seal)
    : ISpoolSnapshot
{
    private const int Page = 64;

    private const int NotePage = 32;

    private const string Mails =
        $"SELECT {MessageColumns.All}, m.seq, m.body FROM messages m WHERE m.seq > $1 ORDER BY m.seq LIMIT $2";

    private const string Deliveries =
        $"SELECT {DeliveryColumns.All}, d.seq FROM {DeliveryColumns.Join} WHERE d.seq >= $1 << 20 AND d.seq < ($1 + 1) << 20 ORDER BY d.seq";

    private const string Attempts =
        "SELECT delivery, number, started_at, duration, outcome, reply, reply_code, reply_enhanced, reply_host FROM attempts " +
        "WHERE delivery >= $1 << 20 AND delivery < ($1 + 1) << 20 ORDER BY delivery, started_at";

    private static readonly (string What, string Sql)[] References =
    [
        ("deliveries without a message",
            "SELECT count(*) FROM deliveries d WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.seq = d.seq >> 20)"),
        ("attempts without a delivery",
            "SELECT count(*) FROM attempts a WHERE NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.seq = a.delivery)"),
        ("chunks of octets without a message",
            "SELECT count(*) FROM chunks c WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.seq = c.message AND m.body = 1)"),
    ];

    private byte[] _buffer = new byte[ChunkOctets];

    private const int ChunkOctets = 256 * 1024;

    public string Place => place;

    /// <summary>The transaction keeps the octets of mails that end meanwhile.</summary>
    public long Removed => 0;

    public async ValueTask<byte[]?> ReadLinkKeyAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT value FROM keys WHERE name = 'links'", connection);
        return await Guard(() => command.ExecuteScalarAsync(cancellationToken)) as byte[];
    }

    public async IAsyncEnumerable<MovedMail> ReadMailsAsync(
        long after, MoveProblems problems, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var last = after; await Guard(() => ReadPageAsync(last, problems)) is { Count: > 0 } page; last = page[^1].Number)
        {
            foreach (var (number, message, hasBody) in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (message is not null && await Guard(() => ReadDeliveriesAsync(number, problems)) is { } deliveries)
                    yield return new MovedMail(number, message, hasBody, deliveries);
            }
        }
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadBodyAsync(
        MovedMail mail, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        const string Sql =
            "SELECT octets FROM messages WHERE seq = $1 AND octets IS NOT NULL UNION ALL " +
            "(SELECT octets FROM chunks WHERE message = $1 ORDER BY ordinal)";
        await using var command = new NpgsqlCommand(Sql, connection);
        command.Parameters.Number(mail.Number);
        await using var reader = await Guard(() => command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken));
        while (await Guard(() => reader.ReadAsync(cancellationToken)))
            yield return Take(reader);
    }

    public async ValueTask<IReadOnlyDictionary<string, string>> ReadPausesAsync(CancellationToken cancellationToken) =>
        await Guard(() => StoreReads.PausesAsync(connection));

    public async IAsyncEnumerable<IReadOnlyList<GreylistEntry>> ReadGreylistAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        byte[] last = [];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (page, end) = await Guard(() => StoreReads.GreylistPageAsync(connection, last));
            if (page.Count == 0)
                yield break;
            yield return page;
            last = end;
        }
    }

    public async IAsyncEnumerable<SpoolNote> ReadNotesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (kind, key) = (string.Empty, string.Empty);
        while (await Guard(() => StoreReads.NotesAfterAsync(connection, kind, key, NotePage)) is { Count: > 0 } page)
        {
            foreach (var note in page)
                yield return note;
            (kind, key) = (page[^1].Kind, page[^1].Key);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public async ValueTask<SpoolTotals> ReadTotalsAsync(CancellationToken cancellationToken) =>
        await Guard(() => StoreReads.TotalsAsync(connection));

    public async ValueTask<IReadOnlyList<string>> FindFaultsAsync(CancellationToken cancellationToken)
    {
        var faults = new List<string>();
        foreach (var (what, sql) in References)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            if (await Guard(() => command.ExecuteScalarAsync(cancellationToken)) is > 0L and var count)
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {what}"));
        }
        return faults;
    }

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await source.DisposeAsync();
    }

    private ReadOnlyMemory<byte> Take(NpgsqlDataReader reader)
    {
        var length = (int)reader.GetBytes(0, 0, null, 0, 0);
        if (length > _buffer.Length)
            _buffer = new byte[length];
        if (length > 0)
            reader.GetBytes(0, 0, _buffer, 0, length);
        return _buffer.AsMemory(0, length);
    }

    private async Task<List<(long Number, SpooledMessage? Message, bool HasBody)>> ReadPageAsync(long after, MoveProblems problems)
    {
        await using var command = new NpgsqlCommand(Mails, connection);
        command.Parameters.Number(after).Number(Page);
        await using var reader = await command.ExecuteReaderAsync();
        var page = new List<(long, SpooledMessage?, bool)>();
        while (await reader.ReadAsync())
        {
            var message = problems.Try(() => MessageColumns.Read(reader, 0));
            page.Add((reader.GetInt64(MessageColumns.Width), message,
                (StoredBody)reader.GetInt16(MessageColumns.Width + 1) != StoredBody.Gone));
        }
        return page;
    }

    private async Task<List<MovedDelivery>?> ReadDeliveriesAsync(long number, MoveProblems problems)
    {
        var rows = new List<(long Seq, SpooledDelivery? Delivery)>();
        await using (var command = new NpgsqlCommand(Deliveries, connection))
        {
            command.Parameters.Number(number);
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                rows.Add((reader.GetInt64(DeliveryColumns.Width), problems.Try(() => DeliveryColumns.Read(reader, 0, seal))));
        }
        if (rows.Any(row => row.Delivery is null))
            return null;
        var attempts = rows.Any(row => row.Delivery!.Attempts > 0) ? await ReadAttemptsAsync(number) : null;
        return rows.ConvertAll(row => new MovedDelivery(row.Delivery!, [.. attempts?[row.Seq] ?? []]));
    }

    private async Task<ILookup<long, FailedAttempt>> ReadAttemptsAsync(long number)
    {
        await using var command = new NpgsqlCommand(Attempts, connection);
        command.Parameters.Number(number);
        await using var reader = await command.ExecuteReaderAsync();
        var attempts = new List<(long Delivery, FailedAttempt Attempt)>();
        while (await reader.ReadAsync())
        {
            attempts.Add((reader.GetInt64(0), new FailedAttempt(
                reader.GetInt32(1), reader.Time(2), TimeSpan.FromMilliseconds(reader.GetInt64(3)), reader.GetString(4),
                reader.ReplyOrNull(5)!)));
        }
        return attempts.ToLookup(row => row.Delivery, row => row.Attempt);
    }

    private async Task<T> Guard<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (NpgsqlException fault)
        {
            throw new SpoolUnavailableException($"the spool in {place} can't be read: {PostgresFault.Words(fault)}", fault);
        }
    }
}
