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
/// transaction ends. Rows are read in pages, so that a mail costs a part of a round trip instead of several.
/// </summary>
internal sealed class PostgresSnapshot : ISpoolSnapshot
{
    private const int Page = 128;

    private const int AttemptPage = 512;

    private const int NotePage = 32;

    private const int ChunkOctets = 256 * 1024;

    private const string Mails =
        $"SELECT {MessageColumns.All}, m.seq, m.body, octet_length(m.octets) FROM messages m WHERE m.seq > $1 ORDER BY m.seq LIMIT $2";

    private const string Deliveries =
        $"SELECT {DeliveryColumns.All}, d.seq FROM {DeliveryColumns.Join} WHERE d.seq > $1 ORDER BY d.seq LIMIT $2";

    private const string Attempts =
        "SELECT delivery, number, started_at, duration, outcome, reply, reply_code, reply_enhanced, reply_host FROM attempts " +
        "WHERE (delivery, started_at) > ($1, $2) ORDER BY delivery, started_at LIMIT $3";

    private static readonly (string What, string Sql)[] References =
    [
        ("deliveries without a message",
            "SELECT count(*) FROM deliveries d WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.seq = d.seq >> 20)"),
        ("attempts without a delivery",
            "SELECT count(*) FROM attempts a WHERE NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.seq = a.delivery)"),
        ("chunks of octets without a message",
            "SELECT count(*) FROM chunks c WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.seq = c.message AND m.body = 1)"),
    ];

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnection _connection;
    private readonly OptionsSeal _seal;
    private SmallBodies _bodies;
    private byte[] _buffer = new byte[ChunkOctets];

    /// <param name="connection">In the transaction. It and the source are disposed of with this.</param>
    public PostgresSnapshot(NpgsqlDataSource source, NpgsqlConnection connection, string place, OptionsSeal seal)
    {
        (_source, _connection, Place, _seal) = (source, connection, place, seal);
        _bodies = new SmallBodies(connection);
    }

    public string Place { get; }

    /// <summary>The transaction keeps the octets of mails that end meanwhile.</summary>
    public long Removed => 0;

    public async ValueTask<byte[]?> ReadLinkKeyAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT value FROM keys WHERE name = 'links'", _connection);
        return await Guard(() => command.ExecuteScalarAsync(cancellationToken)) as byte[];
    }

    public async IAsyncEnumerable<MovedMail> ReadMailsAsync(
        long after, MoveProblems problems, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _bodies = new SmallBodies(_connection);
        var deliveries = new RowsOfMails<SpooledDelivery?>(Page, place => ReadDeliveriesAsync(place, problems));
        var attempts = new RowsOfMails<FailedAttempt>(AttemptPage, ReadAttemptsAsync);
        for (var last = after; await Guard(() => ReadPageAsync(last, problems)) is { Count: > 0 } page; last = page[^1].Number)
        {
            foreach (var (number, message, hasBody) in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (message is not null && await Guard(() => TakeAsync(number, deliveries, attempts)) is { } moved)
                    yield return new MovedMail(number, message, hasBody, moved);
            }
        }
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadBodyAsync(
        MovedMail mail, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        const string Sql =
            "SELECT octets FROM messages WHERE seq = $1 AND octets IS NOT NULL UNION ALL " +
            "(SELECT octets FROM chunks WHERE message = $1 ORDER BY ordinal)";
        if (await Guard(() => _bodies.TakeAsync(mail.Number, cancellationToken)) is { } whole)
        {
            yield return whole;
            yield break;
        }
        await using var command = new NpgsqlCommand(Sql, _connection);
        command.Parameters.Number(mail.Number);
        await using var reader = await Guard(() => command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken));
        while (await Guard(() => reader.ReadAsync(cancellationToken)))
            yield return Take(reader);
    }

    public async ValueTask<IReadOnlyDictionary<string, string>> ReadPausesAsync(CancellationToken cancellationToken) =>
        await Guard(() => StoreReads.PausesAsync(_connection));

    public async IAsyncEnumerable<IReadOnlyList<GreylistEntry>> ReadGreylistAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        byte[] last = [];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (page, end) = await Guard(() => StoreReads.GreylistPageAsync(_connection, last));
            if (page.Count == 0)
                yield break;
            yield return page;
            last = end;
        }
    }

    public async IAsyncEnumerable<SpoolNote> ReadNotesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (kind, key) = (string.Empty, string.Empty);
        while (await Guard(() => StoreReads.NotesAfterAsync(_connection, kind, key, NotePage)) is { Count: > 0 } page)
        {
            foreach (var note in page)
                yield return note;
            (kind, key) = (page[^1].Kind, page[^1].Key);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public async ValueTask<SpoolTotals> ReadTotalsAsync(CancellationToken cancellationToken) =>
        await Guard(() => StoreReads.TotalsAsync(_connection));

    public async ValueTask<IReadOnlyList<string>> FindFaultsAsync(CancellationToken cancellationToken)
    {
        var faults = new List<string>();
        foreach (var (what, sql) in References)
        {
            await using var command = new NpgsqlCommand(sql, _connection);
            if (await Guard(() => command.ExecuteScalarAsync(cancellationToken)) is > 0L and var count)
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {what}"));
        }
        return faults;
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _source.DisposeAsync();
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
        await using var command = new NpgsqlCommand(Mails, _connection);
        command.Parameters.Number(after).Number(Page);
        await using var reader = await command.ExecuteReaderAsync();
        var page = new List<(long, SpooledMessage?, bool)>();
        while (await reader.ReadAsync())
        {
            var message = problems.Try(() => MessageColumns.Read(reader, 0));
            var (number, body) = (reader.GetInt64(MessageColumns.Width), (StoredBody)reader.GetInt16(MessageColumns.Width + 1));
            page.Add((number, message, body != StoredBody.Gone));
            if (body == StoredBody.Inline && !reader.IsDBNull(MessageColumns.Width + 2))
                _bodies.Expect(number, reader.GetInt32(MessageColumns.Width + 2));
        }
        return page;
    }

    /// <summary>Null where the record of one of them is damaged.</summary>
    private static async Task<List<MovedDelivery>?> TakeAsync(
        long number, RowsOfMails<SpooledDelivery?> deliveries, RowsOfMails<FailedAttempt> attempts)
    {
        var rows = await deliveries.TakeAsync(number);
        var failed = (await attempts.TakeAsync(number)).ToLookup(row => row.Place.Delivery, row => row.Row);
        return rows.Any(row => row.Row is null)
            ? null : rows.ConvertAll(row => new MovedDelivery(row.Row!, [.. failed[row.Place.Delivery]]));
    }

    private async Task<List<(RowPlace Place, SpooledDelivery? Row)>> ReadDeliveriesAsync(RowPlace after, MoveProblems problems)
    {
        await using var command = new NpgsqlCommand(Deliveries, _connection);
        command.Parameters.Number(after.Delivery).Number(Page);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(RowPlace, SpooledDelivery?)>();
        while (await reader.ReadAsync())
        {
            var delivery = problems.Try(() => DeliveryColumns.Read(reader, 0, _seal));
            rows.Add((new RowPlace(reader.GetInt64(DeliveryColumns.Width), 0), delivery));
        }
        return rows;
    }

    private async Task<List<(RowPlace Place, FailedAttempt Row)>> ReadAttemptsAsync(RowPlace after)
    {
        await using var command = new NpgsqlCommand(Attempts, _connection);
        command.Parameters.Number(after.Delivery).Number(after.StartedAt).Number(AttemptPage);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(RowPlace, FailedAttempt)>();
        while (await reader.ReadAsync())
        {
            rows.Add((new RowPlace(reader.GetInt64(0), reader.GetInt64(2)), new FailedAttempt(
                reader.GetInt32(1), reader.Time(2), TimeSpan.FromMilliseconds(reader.GetInt64(3)), reader.GetString(4),
                reader.ReplyOrNull(5)!)));
        }
        return rows;
    }

    private async Task<T> Guard<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (NpgsqlException fault)
        {
            throw new SpoolUnavailableException($"the spool in {Place} can't be read: {PostgresFault.Words(fault)}", fault);
        }
    }
}
