using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Spool.Bodies;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notes;
using InboundBridge.MailFlow.Spool.Health;
using InboundBridge.MailFlow.Spool.Sqlite.Claims;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.MailFlow.Spool.Sqlite.Health;
using InboundBridge.MailFlow.Spool.Sqlite.Opening;
using InboundBridge.MailFlow.Spool.Sqlite.Reading;
using InboundBridge.MailFlow.Spool.Sqlite.Records;
using InboundBridge.MailFlow.Spool.Sqlite.Retention;
using InboundBridge.MailFlow.Spool.Sqlite.Writing;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool.Sqlite;

/// <summary>
/// The embedded spool of one process. One directory holds <c>spool.db</c> with its write-ahead log (<c>-wal</c>, <c>-shm</c>),
/// <c>bodies/</c> with the octets of large mails, <c>options.key</c> and <c>lock</c>.
/// <list type="bullet">
/// <item>A message is durable when its transaction is: its rows in <c>messages</c>, <c>bodies</c> and <c>deliveries</c> are written
/// together, after its file and the name of that file. The log is synced after COMMIT, and 250 goes out after the sync. If a sync fails,
/// the log is cut back to what was synced before.</item>
/// <item>A crash leaves whole transactions, and perhaps files without a row, which the next start removes. Deliveries that were being
/// attempted are open rows like all others and are tried again.</item>
/// <item>Retention deletes rows in its own transactions, and files after their rows. An erasure empties a message's row and the log.
/// Nothing else deletes.</item>
/// </list>
/// </summary>
public sealed partial class SqliteMailSpool : IMailSpool
{
    private const int ChangeStep = 500;

    /// <summary>Each try waits at most a quarter of a second for readers.</summary>
    private const int EmptyLogTries = 40;

    private SpoolOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly FileStream _lock;
    private readonly IBodyFiles _files;
    private readonly SpoolConnections _connections;
    private readonly SpoolTallies _tallies = new();
    private readonly ClaimTable _claims;
    private readonly SpoolMetrics _metrics;
    private readonly SpoolWriter _writer;
    private readonly SpoolReaders _readers;
    private readonly RecentBodies _recent;
    private readonly DiskWatch _disk;
    private readonly DueQuery _due;
    private readonly CollectQuery _collect;
    private readonly GreylistSize _greylist = new();
    private readonly OnlyNode _node;

    private SqliteMailSpool(SpoolOptions options, SpoolInternals internals, TimeProvider clock, ILogger log, FileStream spoolLock)
    {
        (_options, _clock, _log, _lock, _node) = (options, clock, log, spoolLock, new OnlyNode(clock));
        var path = Path.Combine(options.Path, "spool.db");
        _files = internals.Files ?? new BodyFiles(options.Path);
        _recent = new RecentBodies(internals.RecentOctets);
        _disk = new DiskWatch(_files, clock);
        (_due, _collect) = (new DueQuery(log), new CollectQuery(log));
        _claims = new ClaimTable(clock);
        ClaimLifetime = internals.ClaimLifetime;
        _connections = new SpoolConnections(path, internals, _tallies, MendTimes);
        try
        {
            SpoolLog.Opened(
                log, options.Path, _tallies.Stored.Messages, _tallies.CountOpen(), OrphanSweep.Run(_connections.Keeper, _files));
            _metrics = new SpoolMetrics(internals.Metrics, Totals);
            _writer = new SpoolWriter(_connections, _files, _tallies, clock, _metrics, log, internals);
        }
        catch
        {
            _connections.Dispose();
            throw;
        }
        _readers = _connections.Readers;
        if (_disk.FreeBytes is { } free && free < options.MinimumFree)
            SpoolLog.DiskLow(log, options.Path, free, options.MinimumFree);
    }

    public SpoolCondition Condition
    {
        get
        {
            if (_disk.FreeBytes < _options.MinimumFree)
                return SpoolCondition.DiskLow;
            if (_writer.Waiting > _options.CommitLatencyLimit)
                return SpoolCondition.CommitsSlow;
            return _writer.IsFailing ? SpoolCondition.Failing : SpoolCondition.Ready;
        }
    }

    /// <inheritdoc/>
    public SpoolOptions Options => Volatile.Read(ref _options);

    /// <inheritdoc/>
    public void Replace(SpoolOptions options) => Volatile.Write(ref _options, options with { Path = _options.Path });

    /// <inheritdoc/>
    public TimeSpan ClaimLifetime { get; }

    /// <summary>From memory: the counts are kept beside the writer.</summary>
    public ValueTask<SpoolTotals> ReadTotalsAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Totals());

    /// <summary>Opens or creates the spool, and brings it to this version's schema.</summary>
    /// <exception cref="SpoolRefusedException">
    /// Another process uses it, a newer version made it, it is not a spool, or it is not writable.
    /// </exception>
    /// <exception cref="SpoolUnavailableException">The disk is full. A later try may succeed.</exception>
    public static Task<IMailSpool> OpenAsync(
        SpoolOptions options, TimeProvider clock, ILogger log, MetricRegistry metrics, CancellationToken cancellationToken) =>
        OpenAsync(options, new SpoolInternals { Metrics = metrics }, clock, log, cancellationToken);

    internal static Task<IMailSpool> OpenAsync(
        SpoolOptions options, SpoolInternals internals, TimeProvider clock, ILogger log, CancellationToken cancellationToken) =>
        Task.Run<IMailSpool>(() =>
        {
            FileStream? spoolLock = null;
            try
            {
                spoolLock = SpoolLock.Take(options.Path);
                if (!internals.OpensClosed)
                    SpoolClosure.Check(options.Path);
                SpoolPrivacy.Tighten(options.Path, log);
                return new SqliteMailSpool(options, internals, clock, log, spoolLock);
            }
            catch (Exception fault)
            {
                spoolLock?.Dispose();
                if (DiskRoom.IsFull(options.Path, fault))
                    throw new SpoolUnavailableException($"the disk of the spool {options.Path} is full: {fault.Message}", fault);
                if (fault is (IOException or UnauthorizedAccessException) and not SpoolRefusedException)
                    throw new SpoolRefusedException($"the spool {options.Path} can't be opened: {fault.Message}", fault);
                throw;
            }
        },
        cancellationToken);

    /// <summary>
    /// A failure here (a damaged page, a full disk) only makes some deliveries wait too long, so the spool opens all the same.
    /// </summary>
    private void MendTimes(SqliteDatabase database)
    {
        try
        {
            ClockStep.Mend(database, _clock.GetUtcNow(), _log);
        }
        catch (SqliteFault fault)
        {
            SpoolLog.TimesNotMended(_log, fault);
        }
    }

    public StagedMessage Stage(string id, ReadOnlyMemory<byte> prelude = default) =>
        new StagedMail(id, prelude.Span, _files, _options.InlineLimit);

    public ValueTask CommitAsync(
        StagedMessage staged, SpooledMessage message, IReadOnlyList<SpooledDelivery> deliveries, NewClaims claims,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var mail = (StagedMail)staged;
        var write = new CommitWrite(mail, message, deliveries, claims, _claims, _recent);
        write.Claim();
        return mail.IsInFile ? WriteWithFilesAsync([mail], write, cancellationToken) : _writer.WriteAsync(write);
    }

    public ValueTask CommitWithFollowUpsAsync(NewMail mail, IReadOnlyList<NewMail> followUps, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        IReadOnlyList<NewMail> mails = [mail, .. followUps];
        var write = new FollowedCommitWrite([.. mails.Select(WriteOf)]);
        write.Claim();
        List<StagedMail> files = [.. mails.Select(each => (StagedMail)each.Staged).Where(staged => staged.IsInFile)];
        return files.Count > 0 ? WriteWithFilesAsync(files, write, cancellationToken) : _writer.WriteAsync(write);
    }

    public ValueTask<CompletionResult> CompleteAsync(DeliveryCompletion completion, CancellationToken cancellationToken)
    {
        IReadOnlyList<CommitWrite> followUps = completion.FollowUps.Count == 0 ? [] : [.. completion.FollowUps.Select(WriteOf)];
        var write = new CompletionWrite(completion, followUps, _options, _claims, _recent, DeleteFile);
        write.Claim();
        if (write.HasFile)
            return CompleteWithFilesAsync(completion, write, cancellationToken);
        _writer.Write(write);
        return write.Answer;
    }

    public ValueTask<MailContent?> OpenContentAsync(string messageId, CancellationToken cancellationToken) =>
        _recent.Find(messageId) is { } recent
            ? ValueTask.FromResult<MailContent?>(recent)
            : _readers.ReadAsync(reader => ContentQuery.Open(reader, messageId, _files, _recent), cancellationToken);

    public ValueTask<SpooledMessage?> FindMessageAsync(string messageId, CancellationToken cancellationToken) =>
        _readers.ReadAsync(reader => MessageQueries.Find(reader, messageId), cancellationToken);

    public ValueTask<IReadOnlyList<SpooledMessage>> FindFollowUpsAsync(string messageId, CancellationToken cancellationToken) =>
        _readers.ReadAsync<IReadOnlyList<SpooledMessage>>(reader => MessageQueries.FollowUps(reader, messageId), cancellationToken);

    public ValueTask<SpooledDelivery?> FindDeliveryAsync(string deliveryId, CancellationToken cancellationToken) =>
        _readers.ReadAsync(reader => DeliveryQueries.Find(reader, deliveryId), cancellationToken);

    public ValueTask<DeliveryState?> FindRepeatedAsync(string deliveryId, CancellationToken cancellationToken) =>
        _readers.ReadAsync(reader => RepeatQuery.Find(reader, deliveryId), cancellationToken);

    public ValueTask<IReadOnlyList<SpooledDelivery>> FindDeliveriesAsync(string messageId, CancellationToken cancellationToken) =>
        _readers.ReadAsync<IReadOnlyList<SpooledDelivery>>(reader => DeliveryQueries.OfOneMessage(reader, messageId), cancellationToken);

    public ValueTask<IReadOnlyList<FailedAttempt>> ListAttemptsAsync(string deliveryId, CancellationToken cancellationToken) =>
        _readers.ReadAsync<IReadOnlyList<FailedAttempt>>(reader => DeliveryQueries.Attempts(reader, deliveryId), cancellationToken);

    public async ValueTask<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken)
    {
        using var round = _claims.Begin(request);
        return await _readers.ReadAsync(
            reader => request.Collects is null ? _due.Claim(reader, round, _claims.Count) : _collect.Claim(reader, round),
            cancellationToken);
    }

    public ValueTask<IReadOnlyList<string>> RenewAsync(
        ClaimTerms terms, IReadOnlyList<DeliveryClaim> claims, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<string>>(_claims.Renew(terms, claims));

    public ValueTask ReleaseAsync(IReadOnlyList<DeliveryClaim> claims, CancellationToken cancellationToken)
    {
        _claims.Release(claims);
        return ValueTask.CompletedTask;
    }

    public async ValueTask<bool> AddDeliveriesAsync(
        string messageId, IReadOnlyList<SpooledDelivery> deliveries, NewClaims claims, CancellationToken cancellationToken)
    {
        var write = new AddDeliveriesWrite(messageId, deliveries, claims, _claims);
        write.Claim();
        await _writer.WriteAsync(write);
        return write.IsDone;
    }

    public async ValueTask<DeliveryChangeResult> ChangeAsync(DeliveryChange change, string? cursor, CancellationToken cancellationToken)
    {
        var after = DeliveryQueries.ReadCursor(cursor, 0);
        var candidates =
            await _readers.ReadAsync(reader => DeliveryQueries.Candidates(reader, change, after, ChangeStep), cancellationToken);
        if (candidates.Count == 0)
            return new DeliveryChangeResult([], null);
        var write = new ChangeWrite(change, candidates, _claims);
        await _writer.WriteAsync(write);
        return new DeliveryChangeResult(write.Changed, candidates.Count < ChangeStep ? null : DeliveryQueries.WriteCursor(candidates[^1]));
    }

    public async ValueTask<IReadOnlyList<SpooledDelivery>?> EraseAsync(
        string messageId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var write = new EraseWrite(messageId, at, _claims, _recent, DeleteFile);
        await _writer.WriteAsync(write);
        if (!write.IsFound)
            return null;
        // The log holds what was erased for as long as a read runs. Reads are short.
        for (var tries = 0; tries < EmptyLogTries; tries++)
        {
            var check = new EmptyLogCheck();
            await _writer.WriteAsync(check);
            if (check.IsEmpty)
                return write.Cancelled;
        }
        SpoolLog.LogKeepsErased(_log, messageId);
        return write.Cancelled;
    }

    public ValueTask<SpoolPage<SpooledMessage>> ListMessagesAsync(
        MessageFilter filter, string? cursor, int limit, CancellationToken cancellationToken) =>
        _readers.ReadAsync(reader => MessageQueries.List(reader, filter, cursor, limit, _tallies.List(), _clock), cancellationToken);

    public ValueTask<SpoolPage<SpooledDelivery>> ListDeliveriesAsync(
        DeliveryFilter filter, string? cursor, int limit, CancellationToken cancellationToken) =>
        _readers.ReadAsync(reader => DeliveryQueries.List(reader, filter, cursor, limit, _tallies.List(), _clock), cancellationToken);

    public ValueTask<IReadOnlyDictionary<string, DateTimeOffset>> FindOldestOpenAsync(
        IReadOnlyList<string> destinations, CancellationToken cancellationToken) =>
        _readers.ReadAsync(reader => DeliveryQueries.OldestOpen(reader, destinations), cancellationToken);

    public ValueTask<IReadOnlyDictionary<string, string>> ReadPausesAsync(CancellationToken cancellationToken) =>
        _readers.ReadAsync<IReadOnlyDictionary<string, string>>(
            reader => reader.Statement("SELECT destination, reason FROM pauses").ReadAll(row => (Name: row.Text(0), Reason: row.Text(1)))
                .ToDictionary(pause => pause.Name, pause => pause.Reason, StringComparer.Ordinal),
            cancellationToken);

    public ValueTask SetPauseAsync(string destination, string? reason, CancellationToken cancellationToken) =>
        _writer.WriteAsync(new PauseWrite(destination, reason));

    public ValueTask<IReadOnlyList<GreylistEntry>> FindGreylistAsync(
        IReadOnlyList<UInt128> keys, CancellationToken cancellationToken) =>
        _readers.ReadAsync(reader => GreylistQuery.Find(reader, keys), cancellationToken);

    public ValueTask KeepGreylistAsync(IReadOnlyList<GreylistEntry> entries, CancellationToken cancellationToken) =>
        _writer.WriteAsync(new GreylistWrite(entries, _greylist, Options.GreylistEntries));

    public ValueTask<DateTimeOffset> ReadTimeAsync(CancellationToken cancellationToken) => new(_clock.GetUtcNow());

    public async ValueTask<SpoolNote?> FindNoteAsync(string kind, string key, CancellationToken cancellationToken) =>
        await _readers.ReadAsync(reader => NoteQueries.Find(reader, kind, key, _clock.GetUtcNow()), cancellationToken);

    public ValueTask<IReadOnlyList<SpoolNote>> ListNotesAsync(
        string kind, string? after, int limit, CancellationToken cancellationToken) =>
        _readers.ReadAsync(reader => NoteQueries.List(reader, kind, after, limit, _clock.GetUtcNow()), cancellationToken);

    public ValueTask KeepNotesAsync(IReadOnlyList<SpoolNote> notes, CancellationToken cancellationToken) =>
        notes.Any(note => note.Value.Length > SpoolNote.LargestValue)
            ? throw new ArgumentException($"a note has more than {SpoolNote.LargestValue} octets", nameof(notes))
            : _writer.WriteAsync(new NoteWrite(notes, Options.NotesOfAKind));

    public async ValueTask<bool> TryKeepNoteAsync(SpoolNote note, CancellationToken cancellationToken)
    {
        var write = new FirstNoteWrite(note, _clock.GetUtcNow(), Options.NotesOfAKind);
        await _writer.WriteAsync(write);
        return write.IsKept;
    }

    public ValueTask ForgetNotesAsync(string kind, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        _writer.WriteAsync(new NoteRemoval(kind, keys));

    public async ValueTask<PurgeResult> PurgeAsync(CancellationToken cancellationToken)
    {
        var result = await new Purge(_options, _readers, _writer, _greylist, DeleteFile).RunAsync(_clock.GetUtcNow(), cancellationToken);
        if (result != default)
            SpoolLog.Purged(_log, result.Messages, result.Bodies);
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        // The last connection to close checkpoints the log and removes it, which a read-only connection can't do.
        await _readers.DisposeAsync();
        await Task.Run(_writer.Dispose);
        await Task.Run(_connections.Dispose);
        _metrics.Dispose();
        await _lock.DisposeAsync();
    }

    private CommitWrite WriteOf(NewMail mail) =>
        new((StagedMail)mail.Staged, mail.Message, mail.Deliveries, mail.Claims, _claims, _recent, mail.Attempts);

    private SpoolTotals Totals()
    {
        var (messages, octets) = _tallies.Stored;
        return new SpoolTotals(messages, octets, _disk.FreeBytes, _tallies.List());
    }

    private async ValueTask<CompletionResult> CompleteWithFilesAsync(
        DeliveryCompletion completion, CompletionWrite write, CancellationToken cancellationToken)
    {
        var files = completion.FollowUps.Select(mail => (StagedMail)mail.Staged).Where(staged => staged.IsInFile).ToList();
        await WriteWithFilesAsync(files, write, cancellationToken);
        return write.Result;
    }

    private async ValueTask WriteWithFilesAsync(List<StagedMail> mails, SpoolWrite write, CancellationToken cancellationToken)
    {
        foreach (var mail in mails)
            await Task.Run(mail.Flush, cancellationToken);
        // While it is unknown whether a crash would leave the row, the file stays. The next start removes it if there is no row.
        mails.ForEach(mail => mail.KeepFile = true);
        try
        {
            await _writer.WriteAsync(write);
            if (write is CompletionWrite { KeepsFollowUps: false })
                mails.ForEach(mail => mail.KeepFile = false);
        }
        catch (Exception fault) when (fault.InnerException is not SqliteFault { LosesConnection: true })
        {
            mails.ForEach(mail => mail.KeepFile = false);
            throw;
        }
    }

    private void DeleteFile(string messageId)
    {
        try
        {
            _files.Delete(messageId);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            SpoolLog.FileStays(_log, messageId, fault);
        }
    }
}
