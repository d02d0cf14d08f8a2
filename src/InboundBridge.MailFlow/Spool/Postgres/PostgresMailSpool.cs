using System.Security.Cryptography;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Spool.Bodies;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notes;
using InboundBridge.MailFlow.Spool.Contract.Sharing;
using InboundBridge.MailFlow.Spool.Health;
using InboundBridge.MailFlow.Spool.Postgres.Changing;
using InboundBridge.MailFlow.Spool.Postgres.Claims;
using InboundBridge.MailFlow.Spool.Postgres.Health;
using InboundBridge.MailFlow.Spool.Postgres.Notices;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using InboundBridge.MailFlow.Spool.Postgres.Reading;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using InboundBridge.MailFlow.Spool.Postgres.Retention;
using InboundBridge.MailFlow.Spool.Postgres.Sharing;
using InboundBridge.MailFlow.Spool.Postgres.Writing;
using InboundBridge.MailFlow.Spool.Sealing;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool.Postgres;

/// <summary>
/// The spool that any number of nodes share: everything that lasts is in one PostgreSQL database (docs/cluster.md).
/// <list type="bullet">
/// <item>A message is durable when its transaction is: its octets and its deliveries are written together. 250 goes out after COMMIT, which
/// the server answers when its log is on disk, and on its synchronous standbys where it has some.</item>
/// <item>A node that dies leaves whole transactions and claims, which expire. A transaction that it had open is rolled back.</item>
/// <item>Retention and erasures delete rows in their own transactions. Nothing else deletes.</item>
/// </list>
/// </summary>
public sealed partial class PostgresMailSpool : IMailSpool
{
    /// <summary>
    /// How long a claim lasts. The queue renews it three times in this time; work of a node that died goes on elsewhere after it.
    /// </summary>
    internal static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly NodeFolder _folder;
    private readonly PostgresConnections _connections;
    private readonly PostgresKeys _keys;
    private readonly PostgresHealth _health;
    private readonly StoreWriter _writer;
    private readonly GroupCommit _group;
    private readonly NoticeBoard _notices;
    private readonly RecentBodies _recent;
    private readonly TotalsWatch _totals;
    private readonly SpoolMetrics _metrics;
    private readonly ContentReads _contents;
    private readonly DueClaims _due;
    private readonly OrderedClaims _ordered;
    private readonly CollectedClaims _collected;
    private SpoolOptions _options;

    internal PostgresMailSpool(
        SpoolOptions options, string place, PostgresInternals internals, NodeFolder folder, PostgresConnections connections,
        PostgresKeys keys, TimeProvider clock, ILogger log)
    {
        (_options, _folder, _connections, _keys, _clock, _log) = (options, folder, connections, keys, clock, log);
        // The rows of the tallies in which this process counts. Processes with the same slot wait for each other, and still count right.
        var slot = (short)RandomNumberGenerator.GetInt32(Tallies.Slots);
        _health = new PostgresHealth(place, clock, log) { Probe = ProbeAsync };
        connections.ReadFailed = _health.Doubt;
        _writer = new StoreWriter(connections, _health, keys.Seal, (short)((slot + GroupCommit.Lanes) % Tallies.Slots));
        _recent = new RecentBodies(internals.RecentOctets);
        _totals = new TotalsWatch(() => _connections.ReadAsync(CountAsync, CancellationToken.None), clock);
        _metrics = new SpoolMetrics(internals.Metrics, () => _totals.Latest with { FreeBytes = _folder.FreeBytes });
        _group = new GroupCommit(
            new GroupTransaction(connections, keys.Seal) { FoundPauses = TellOfPauses },
            connections, _health, _metrics, clock, RecordAloneAsync, slot, internals);
        _notices = new NoticeBoard(connections, new MessageIdSource(clock).Next(), _health, clock, log) { Heard = Hear };
        _contents = new ContentReads(folder);
        Exchange = new PostgresExchange(connections, keys);
        var rows = new ClaimRows(keys.Seal, log);
        (_due, _ordered, _collected) = (
            new DueClaims(rows, clock), new OrderedClaims(rows, clock), new CollectedClaims(rows, keys.Seal));
    }

    /// <summary>Signs links, so that every node takes the links of the others. Made by the first node of the spool.</summary>
    public byte[] LinkKey => _keys.Links;

    /// <inheritdoc/>
    public SpoolOptions Options => Volatile.Read(ref _options);

    /// <inheritdoc/>
    public TimeSpan ClaimLifetime => Lease;

    /// <inheritdoc/>
    public Action<string>? Woken { get; set; }

    /// <inheritdoc/>
    public INodeExchange Exchange { get; }

    /// <inheritdoc/>
    public void Replace(SpoolOptions options) => Volatile.Write(ref _options, options with { Path = _options.Path });

    /// <summary>Asks the database, and remembers the answer for the metrics. While it is away, the totals are as last read.</summary>
    public async ValueTask<SpoolTotals> ReadTotalsAsync(CancellationToken cancellationToken) =>
        (_health.IsFailing ? _totals.Latest : await _totals.ReadAsync()) with { FreeBytes = _folder.FreeBytes };

    public StagedMessage Stage(string id, ReadOnlyMemory<byte> prelude = default) =>
        new StagedMail(id, prelude.Span, _folder.Files, Options.InlineLimit);

    public async ValueTask CommitAsync(
        StagedMessage staged, SpooledMessage message, IReadOnlyList<SpooledDelivery> deliveries, NewClaims claims,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var mail = new NewMail(staged, message, deliveries) { Claims = claims };
        if (((StagedMail)staged).IsInFile)
        {
            await AddAsync([mail]);
            return;
        }
        var write = new MailWrite(mail, ((StagedMail)staged).Buffer);
        _group.Write(write);
        await write.Completion;
        Stored(mail);
    }

    public async ValueTask CommitWithFollowUpsAsync(NewMail mail, IReadOnlyList<NewMail> followUps, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await AddAsync([mail, .. followUps]);
    }

    public async ValueTask<CompletionResult> CompleteAsync(DeliveryCompletion completion, CancellationToken cancellationToken)
    {
        var result = await RecordAsync(completion);
        if (result == CompletionResult.Gone
            || (result == CompletionResult.Recorded && !DeliveryTransitions.IsOpen(completion.Delivery.State)))
            _recent.Done(completion.Delivery.MessageId);
        return result;
    }

    public async ValueTask<MailContent?> OpenContentAsync(string messageId, CancellationToken cancellationToken) =>
        _recent.Find(messageId)
        ?? await _connections.ReadAsync(connection => _contents.OpenAsync(connection, messageId), cancellationToken);

    public ValueTask<SpooledMessage?> FindMessageAsync(string messageId, CancellationToken cancellationToken) =>
        _connections.ReadAsync(connection => MessageReads.FindAsync(connection, messageId), cancellationToken);

    public ValueTask<IReadOnlyList<SpooledMessage>> FindFollowUpsAsync(string messageId, CancellationToken cancellationToken) =>
        _connections.ReadAsync(connection => MessageReads.FollowUpsAsync(connection, messageId), cancellationToken);

    public ValueTask<SpooledDelivery?> FindDeliveryAsync(string deliveryId, CancellationToken cancellationToken) =>
        _connections.ReadAsync(connection => DeliveryReads.FindAsync(connection, deliveryId, _keys.Seal), cancellationToken);

    public ValueTask<DeliveryState?> FindRepeatedAsync(string deliveryId, CancellationToken cancellationToken) =>
        _connections.ReadAsync(connection => RepeatReads.FindAsync(connection, deliveryId), cancellationToken);

    public ValueTask<IReadOnlyList<SpooledDelivery>> FindDeliveriesAsync(string messageId, CancellationToken cancellationToken) =>
        _connections.ReadAsync(connection => DeliveryReads.OfMessageAsync(connection, messageId, _keys.Seal), cancellationToken);

    public ValueTask<IReadOnlyList<FailedAttempt>> ListAttemptsAsync(string deliveryId, CancellationToken cancellationToken) =>
        _connections.ReadAsync(connection => DeliveryReads.AttemptsAsync(connection, deliveryId), cancellationToken);

    /// <summary>A claim that is lost with its answer expires, so it can be asked for again at once.</summary>
    public ValueTask<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken) => _connections.ReadAsync(
        connection => request switch
        {
            { Collects: not null } => _collected.RunAsync(connection, request),
            { KeepsOrder: true } => _ordered.RunAsync(connection, request),
            _ => _due.RunAsync(connection, request),
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<string>> RenewAsync(
        ClaimTerms terms, IReadOnlyList<DeliveryClaim> claims, CancellationToken cancellationToken) =>
        _connections.ReadAsync(connection => HeldClaims.RenewAsync(connection, terms, claims), cancellationToken);

    public async ValueTask ReleaseAsync(IReadOnlyList<DeliveryClaim> claims, CancellationToken cancellationToken) => _notices.Tell(
        NoticeKind.Work,
        await _connections.ReadAsync(connection => HeldClaims.ReleaseAsync(connection, claims), cancellationToken));

    public async ValueTask<bool> AddDeliveriesAsync(
        string messageId, IReadOnlyList<SpooledDelivery> deliveries, NewClaims claims, CancellationToken cancellationToken)
    {
        var isDone = await RunClaimingAsync(async transaction =>
        {
            var held = await transaction.ReadAsync(
                "SELECT seq FROM messages WHERE id = $1 AND body <> 2 FOR UPDATE", parameters => parameters.Text(messageId),
                row => row.GetInt64(0));
            if (held.Count > 0)
                await transaction.AddDeliveriesAsync(messageId, deliveries, claims);
            return held.Count > 0;
        });
        if (isDone)
            TellOf(deliveries, claims);
        return isDone;
    }

    public async ValueTask<DeliveryChangeResult> ChangeAsync(DeliveryChange change, string? cursor, CancellationToken cancellationToken)
    {
        var after = DeliveryCursor.Read(cursor, 0);
        var result = await _writer.RunAsync(new ChangeStep(change, after).RunAsync);
        TellOf(result.Changed, NewClaims.None);
        return result;
    }

    public async ValueTask<IReadOnlyList<SpooledDelivery>?> EraseAsync(
        string messageId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var cancelled = await _writer.RunAsync(new Erasure(messageId, at).RunAsync);
        _recent.Forget(messageId);
        _notices.Tell(NoticeKind.Erased, [messageId]);
        return cancelled;
    }

    public ValueTask<SpoolPage<SpooledMessage>> ListMessagesAsync(
        MessageFilter filter, string? cursor, int limit, CancellationToken cancellationToken) =>
        _connections.ReadAsync(connection => MessageReads.ListAsync(connection, filter, cursor, limit, _clock), cancellationToken);

    public ValueTask<IReadOnlyDictionary<string, DateTimeOffset>> FindOldestOpenAsync(
        IReadOnlyList<string> destinations, CancellationToken cancellationToken) =>
        _connections.ReadAsync(connection => DestinationReads.OldestOpenAsync(connection, destinations), cancellationToken);

    public ValueTask<IReadOnlyList<GreylistEntry>> FindGreylistAsync(
        IReadOnlyList<UInt128> keys, CancellationToken cancellationToken) =>
        _connections.ReadAsync(connection => StoreReads.GreylistAsync(connection, keys), cancellationToken);

    public async ValueTask KeepGreylistAsync(IReadOnlyList<GreylistEntry> entries, CancellationToken cancellationToken) =>
        await _writer.RunAsync(transaction => MemoryWrites.KeepGreylistAsync(transaction, entries, Options.GreylistEntries));

    public ValueTask<SpoolNote?> FindNoteAsync(string kind, string key, CancellationToken cancellationToken) =>
        _connections.ReadAsync(connection => StoreReads.NoteAsync(connection, kind, key), cancellationToken);

    public ValueTask<IReadOnlyList<SpoolNote>> ListNotesAsync(
        string kind, string? after, int limit, CancellationToken cancellationToken) =>
        _connections.ReadAsync(connection => StoreReads.NotesAsync(connection, kind, after, limit), cancellationToken);

    public async ValueTask KeepNotesAsync(IReadOnlyList<SpoolNote> notes, CancellationToken cancellationToken)
    {
        if (notes.Any(note => note.Value.Length > SpoolNote.LargestValue))
            throw new ArgumentException($"a note has more than {SpoolNote.LargestValue} octets", nameof(notes));
        await _writer.RunAsync(transaction => MemoryWrites.KeepNotesAsync(transaction, notes, Options.NotesOfAKind));
    }

    public ValueTask<bool> TryKeepNoteAsync(SpoolNote note, CancellationToken cancellationToken) => _writer.RunAsync(
        transaction => MemoryWrites.TryKeepNoteAsync(transaction, note, Options.NotesOfAKind));

    public async ValueTask ForgetNotesAsync(string kind, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        await _writer.RunAsync(transaction => MemoryWrites.ForgetNotesAsync(transaction, kind, keys));

    public async ValueTask<PurgeResult> PurgeAsync(CancellationToken cancellationToken)
    {
        var result = await new StorePurge(Options, _connections, _writer).RunAsync(_clock.GetUtcNow(), cancellationToken);
        if (result != default)
            PostgresLog.Purged(_log, result.Messages, result.Bodies);
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        await _totals.DisposeAsync();
        await _group.DisposeAsync();
        await _notices.DisposeAsync();
        await _health.DisposeAsync();
        _metrics.Dispose();
        await _connections.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Reads the totals, and begins to listen.</summary>
    /// <exception cref="SpoolUnavailableException">The database can't be read.</exception>
    internal async Task StartAsync(string place, CancellationToken cancellationToken)
    {
        var totals = await _totals.ReadAsync();
        PostgresLog.Opened(
            _log, place, totals.Messages,
            totals.Deliveries.Where(tally => DeliveryTransitions.IsOpen(tally.State)).Sum(tally => tally.Count));
        cancellationToken.ThrowIfCancellationRequested();
        _totals.Start();
        _notices.Listen();
    }

    private async ValueTask AddAsync(List<NewMail> mails)
    {
        await RunClaimingAsync(async transaction =>
        {
            foreach (var mail in mails)
                await transaction.AddMailAsync(mail);
            return true;
        });
        mails.ForEach(Stored);
    }

    private async Task<CompletionResult> RecordAsync(DeliveryCompletion completion)
    {
        if (completion.Added.Count > 0 || completion.FollowUps.Count > 0)
            return await RecordAloneAsync(completion);
        var write = new ResultWrite(completion, VerdictOf(completion));
        _group.Write(write);
        return await write.Completion;
    }

    private async Task<CompletionResult> RecordAloneAsync(DeliveryCompletion completion)
    {
        var single = new SingleCompletion(completion, VerdictOf(completion));
        var result = await RunClaimingAsync(single.RunAsync);
        if (result != CompletionResult.Recorded || single.IsErased)
            return result;
        TellOf(completion.Added, completion.AddedClaims);
        foreach (var mail in completion.FollowUps)
            Stored(mail);
        return result;
    }

    private RetentionVerdict VerdictOf(DeliveryCompletion completion) =>
        completion.Delivery.State == DeliveryState.Delivered && completion.Added.Count == 0
            ? RetentionRules.AtLastDelivery(Options)
            : RetentionVerdict.Keep;

    /// <summary>The mail is durable. Its octets stay in memory for the attempts that this node makes itself.</summary>
    private void Stored(NewMail mail)
    {
        var own = 0;
        for (var index = 0; index < mail.Deliveries.Count; index++)
            own += mail.Claims.Contains(index) && mail.Deliveries[index].State == DeliveryState.Pending ? 1 : 0;
        var staged = (StagedMail)mail.Staged;
        if (!staged.IsInFile)
            _recent.Add(mail.Message.Id, staged.Buffer, own);
        TellOf(mail.Deliveries, mail.Claims);
    }

    /// <summary>Tells the other nodes of open deliveries that nobody has claimed.</summary>
    private void TellOf(IReadOnlyList<SpooledDelivery> deliveries, NewClaims claims)
    {
        List<string>? destinations = null;
        for (var index = 0; index < deliveries.Count; index++)
        {
            if (!claims.Contains(index) && DeliveryTransitions.IsOpen(deliveries[index].State))
                (destinations ??= []).Add(deliveries[index].Destination);
        }
        if (destinations is not null)
            _notices.Tell(NoticeKind.Work, destinations);
    }

    private void Hear(Notice notice)
    {
        switch (notice.Kind)
        {
            case NoticeKind.Erased:
                _recent.Forget(notice.Name);
                break;
            case NoticeKind.Pauses:
                PausesHeard?.Invoke(null);
                break;
            default:
                Woken?.Invoke(notice.Name);
                break;
        }
    }
}
