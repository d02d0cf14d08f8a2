using System.Buffers;
using System.Runtime.CompilerServices;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notes;
using InboundBridge.MailFlow.Spool.Moving;
using InboundBridge.MailFlow.Spool.Sealing;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.MailFlow.Spool.Sqlite.Records;
using Microsoft.Win32.SafeHandles;

namespace InboundBridge.MailFlow.Spool.Sqlite.Moving;

/// <summary>
/// An embedded spool in one read transaction, whether a process has it open or not. Writers go on; the log grows until the transaction
/// ends, because a checkpoint keeps what a reader needs.
/// <para>Files of <c>bodies/</c> are not part of the transaction: a mail may end, and its file go, after the transaction began. Such a mail
/// is passed over.</para>
/// </summary>
internal sealed class SqliteSnapshot : ISpoolSnapshot
{
    private const int Page = 64;

    private const int Piece = 256 * 1024;

    private const string Mails =
        $"SELECT {MessageRow.Columns} FROM messages m WHERE m.seq > ?1 ORDER BY m.seq LIMIT ?2";

    private const string Deliveries =
        $"SELECT {DeliveryRow.Columns} FROM deliveries d WHERE d.seq BETWEEN ?1 << 20 AND (?1 + 1 << 20) - 1 ORDER BY d.seq";

    private readonly string _folder;
    private readonly SqliteDatabase _database;
    private readonly IAsyncDisposable? _owner;
    private readonly SqliteRows _rows;
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);
    private SafeFileHandle? _file;

    /// <param name="owner">Goes with the snapshot; null for none.</param>
    private SqliteSnapshot(string folder, SqliteDatabase database, IAsyncDisposable? owner)
    {
        (_folder, _database, _owner) = (folder, database, owner);
        _rows = new SqliteRows(Statement);
    }

    public string Place => _folder;

    public long Removed { get; private set; }

    /// <param name="owner">The spool, where this process has it open; disposed of with the snapshot, and also when this fails.</param>
    /// <exception cref="SpoolUnavailableException">It can't be read.</exception>
    /// <exception cref="SpoolRefusedException">Another version made it.</exception>
    public static async Task<SqliteSnapshot> OpenAsync(string folder, IAsyncDisposable? owner)
    {
        SqliteDatabase? database = null;
        try
        {
            var path = Path.GetFullPath(Path.Combine(folder, "spool.db"));
            database = SqliteDatabase.OpenBeside(path);
            SpoolSchema.Check(database, path);
            if (database.ReadNumber("PRAGMA user_version") is var version && version != SpoolSchema.Version)
            {
                throw new SpoolRefusedException(
                    $"the appliance that has {folder} open is of an earlier version (schema {version}): use its program, or stop it first");
            }
            database.Seal = OptionsSeal.Read(folder);
            if (database.Seal is null && SpoolSchema.CountSealed(database) > 0)
                throw new SpoolRefusedException($"{Path.Combine(folder, OptionsSeal.FileName)} is missing, and options are sealed with it");
            database.Execute("BEGIN");
            // The transaction begins with its first read.
            database.ReadNumber("SELECT count(*) FROM pauses");
            return new SqliteSnapshot(folder, database, owner);
        }
        catch (Exception fault)
        {
            database?.Dispose();
            if (owner is not null)
                await owner.DisposeAsync();
            if (fault is SqliteFault)
                throw new SpoolUnavailableException($"the spool {folder} can't be read: {fault.Message}", fault);
            throw;
        }
    }

    public ValueTask<byte[]?> ReadLinkKeyAsync(CancellationToken cancellationToken) => new(LinkKey.Read(_folder));

    public async IAsyncEnumerable<MovedMail> ReadMailsAsync(
        long after, MoveProblems problems, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var last = after; ReadPage(last, problems) is { Count: > 0 } page; last = page[^1].Number)
        {
            foreach (var (number, message, body) in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (message is null || !OpenFile(number, message.Id, body))
                    continue;
                if (ReadDeliveries(number, message.Id, problems) is { } deliveries)
                    yield return new MovedMail(number, message, body != MessageRow.Body.Gone, deliveries);
            }
            await Task.CompletedTask;
        }
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadBodyAsync(
        MovedMail mail, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (prelude, inline) = Guard(() => _rows.ReadOctets(mail.Number));
        if (prelude.Length > 0)
            yield return prelude;
        if (_file is null)
        {
            yield return inline;
            yield break;
        }
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            for (long at = 0; await ReadFileAsync(buffer, at, cancellationToken) is > 0 and var count; at += count)
                yield return buffer.AsMemory(0, count);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public ValueTask<IReadOnlyDictionary<string, string>> ReadPausesAsync(CancellationToken cancellationToken) =>
        new(Guard(_rows.ReadPauses));

    public async IAsyncEnumerable<IReadOnlyList<GreylistEntry>> ReadGreylistAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        byte[] last = [];
        while (Guard(() => _rows.ReadGreylist(ref last)) is { Count: > 0 } page)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return page;
            await Task.CompletedTask;
        }
    }

    public async IAsyncEnumerable<SpoolNote> ReadNotesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (kind, key) = (string.Empty, string.Empty);
        while (Guard(() => _rows.ReadNotes(kind, key)) is { Count: > 0 } page)
        {
            foreach (var note in page)
                yield return note;
            (kind, key) = (page[^1].Kind, page[^1].Key);
            cancellationToken.ThrowIfCancellationRequested();
            await Task.CompletedTask;
        }
    }

    public ValueTask<SpoolTotals> ReadTotalsAsync(CancellationToken cancellationToken) => new(Guard(() =>
    {
        var tallies = new SpoolTallies();
        tallies.Load(_database);
        return new SpoolTotals(tallies.Stored.Messages, tallies.Stored.Octets, null, tallies.List());
    }));

    public ValueTask<IReadOnlyList<string>> FindFaultsAsync(CancellationToken cancellationToken) => new(Guard(_rows.FindFaults));

    public async ValueTask DisposeAsync()
    {
        _file?.Dispose();
        _database.Dispose();
        if (_owner is not null)
            await _owner.DisposeAsync();
    }

    private List<(long Number, SpooledMessage? Message, MessageRow.Body Body)> ReadPage(long after, MoveProblems problems) => Guard(() =>
        Statement(Mails).Bind(1, after).Bind(2, Page)
            .ReadAll(row => (row.Number(0), problems.Try(() => MessageRow.Read(row, 0)), (MessageRow.Body)row.Number(5))));

    private List<MovedDelivery>? ReadDeliveries(long number, string messageId, MoveProblems problems) => Guard(() =>
    {
        var rows = Statement(Deliveries).Bind(1, number)
            .ReadAll(row => (Seq: row.Number(0), Delivery: problems.Try(() => DeliveryRow.Read(row, 0, messageId))));
        return rows.Any(row => row.Delivery is null)
            ? null : rows.ConvertAll(row => new MovedDelivery(row.Delivery!, _rows.ReadAttempts(row.Seq)));
    });

    /// <summary>Holds on to the file of a mail, so that it stays readable when its mail ends meanwhile.</summary>
    /// <returns>False: the mail has ended, and its file is gone.</returns>
    private bool OpenFile(long number, string messageId, MessageRow.Body body)
    {
        _file?.Dispose();
        _file = null;
        if (body != MessageRow.Body.File)
            return true;
        try
        {
            _file = File.OpenHandle(
                Path.Combine(_folder, "bodies", messageId + ".eml"), FileMode.Open, FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete);
            return true;
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return !IsRemoved(number);
        }
    }

    /// <summary>Looks at the spool as it is now.</summary>
    private bool IsRemoved(long number) => Guard(() =>
    {
        using var now = SqliteDatabase.OpenBeside(Path.GetFullPath(Path.Combine(_folder, "spool.db")));
        using var find = now.Prepare("SELECT 1 FROM messages WHERE seq = ?1 AND body = 1");
        if (find.Bind(1, number).Step())
            return false;
        Removed++;
        return true;
    });

    private async ValueTask<int> ReadFileAsync(byte[] buffer, long at, CancellationToken cancellationToken)
    {
        try
        {
            return await RandomAccess.ReadAsync(_file!, buffer.AsMemory(0, Piece), at, cancellationToken);
        }
        catch (IOException fault)
        {
            throw new SpoolUnavailableException($"a file of {_folder} can't be read: {fault.Message}", fault);
        }
    }

    private SqliteStatement Statement(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
            _statements[sql] = statement = _database.Prepare(sql);
        return statement;
    }

    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (SqliteFault fault)
        {
            throw new SpoolUnavailableException($"the spool {_folder} can't be read: {fault.Message}", fault);
        }
    }
}
