using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.MailFlow.Spool.Contract.Notes;
using InboundBridge.MailFlow.Spool.Health;
using InboundBridge.MailFlow.Spool.Sqlite;
using InboundBridge.MailFlow.Spool.Sqlite.Health;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool;

/// <summary>
/// Stands in for a spool that can't be opened because its disk is full. It refuses new mail with 452 and fails every other call with
/// <see cref="SpoolUnavailableException"/>, while it retries to open the spool. Once the spool is open, it passes every call on.
/// </summary>
public sealed class WaitingSpool : IMailSpool
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _loop;
    private readonly OnlyNode _node;
    private volatile IMailSpool? _spool;
    private volatile SpoolOptions _options;

    private WaitingSpool(Func<CancellationToken, Task<IMailSpool>> open, TimeProvider clock, ILogger log, SpoolOptions options)
    {
        (_options, _node) = (options, new OnlyNode(clock));
        _loop = Task.Run(() => OpenAsync(open, clock, log, options.Path));
    }

    public bool IsOpen => _spool is not null;

    /// <summary>Completes when the spool is open. Cancelled if this is disposed of before.</summary>
    public Task Opened => _opened.Task;

    public SpoolCondition Condition => _spool?.Condition ?? SpoolCondition.DiskLow;

    public SpoolOptions Options => _spool?.Options ?? _options;

    /// <summary>That of the embedded store, which is what will be open here.</summary>
    public TimeSpan ClaimLifetime => _spool?.ClaimLifetime ?? Timeout.InfiniteTimeSpan;

    private IMailSpool Spool => _spool ?? throw new SpoolUnavailableException("the spool's disk is full and the spool is not open");

    /// <summary>Opens the embedded spool, or returns one that waits for its full disk.</summary>
    /// <exception cref="SpoolRefusedException">The spool can't be opened for another reason.</exception>
    public static async Task<IMailSpool> OpenAsync(
        SpoolOptions options, TimeProvider clock, ILogger log, MetricRegistry metrics, CancellationToken cancellationToken)
    {
        Task<IMailSpool> Open(CancellationToken stop) => SqliteMailSpool.OpenAsync(options, clock, log, metrics, stop);
        try
        {
            return await Open(cancellationToken);
        }
        catch (SpoolUnavailableException fault)
        {
            SpoolLog.Waiting(log, options.Path, Interval.TotalSeconds, fault);
            return new WaitingSpool(Open, clock, log, options);
        }
    }

    public void Replace(SpoolOptions options)
    {
        _options = options with { Path = _options.Path };
        _spool?.Replace(options);
    }

    public StagedMessage Stage(string id, ReadOnlyMemory<byte> prelude = default) => Spool.Stage(id, prelude);

    /// <summary>Nothing is counted before the spool is open.</summary>
    public ValueTask<SpoolTotals> ReadTotalsAsync(CancellationToken cancellationToken) =>
        _spool?.ReadTotalsAsync(cancellationToken) ?? ValueTask.FromResult(new SpoolTotals(0, 0, null, []));

    public ValueTask CommitAsync(
        StagedMessage staged, SpooledMessage message, IReadOnlyList<SpooledDelivery> deliveries, NewClaims claims,
        CancellationToken cancellationToken) =>
        Spool.CommitAsync(staged, message, deliveries, claims, cancellationToken);

    public ValueTask CommitWithFollowUpsAsync(NewMail mail, IReadOnlyList<NewMail> followUps, CancellationToken cancellationToken) =>
        Spool.CommitWithFollowUpsAsync(mail, followUps, cancellationToken);

    public ValueTask<MailContent?> OpenContentAsync(string messageId, CancellationToken cancellationToken) =>
        Spool.OpenContentAsync(messageId, cancellationToken);

    public ValueTask<SpooledMessage?> FindMessageAsync(string messageId, CancellationToken cancellationToken) =>
        Spool.FindMessageAsync(messageId, cancellationToken);

    public ValueTask<IReadOnlyList<SpooledMessage>> FindFollowUpsAsync(string messageId, CancellationToken cancellationToken) =>
        Spool.FindFollowUpsAsync(messageId, cancellationToken);

    public ValueTask<SpooledDelivery?> FindDeliveryAsync(string deliveryId, CancellationToken cancellationToken) =>
        Spool.FindDeliveryAsync(deliveryId, cancellationToken);

    public ValueTask<DeliveryState?> FindRepeatedAsync(string deliveryId, CancellationToken cancellationToken) =>
        Spool.FindRepeatedAsync(deliveryId, cancellationToken);

    public ValueTask<IReadOnlyList<SpooledDelivery>> FindDeliveriesAsync(string messageId, CancellationToken cancellationToken) =>
        Spool.FindDeliveriesAsync(messageId, cancellationToken);

    public ValueTask<IReadOnlyList<FailedAttempt>> ListAttemptsAsync(string deliveryId, CancellationToken cancellationToken) =>
        Spool.ListAttemptsAsync(deliveryId, cancellationToken);

    public ValueTask<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken) =>
        Spool.ClaimAsync(request, cancellationToken);

    public ValueTask<IReadOnlyList<string>> RenewAsync(
        ClaimTerms terms, IReadOnlyList<DeliveryClaim> claims, CancellationToken cancellationToken) =>
        Spool.RenewAsync(terms, claims, cancellationToken);

    public ValueTask ReleaseAsync(IReadOnlyList<DeliveryClaim> claims, CancellationToken cancellationToken) =>
        Spool.ReleaseAsync(claims, cancellationToken);

    public ValueTask<CompletionResult> CompleteAsync(DeliveryCompletion completion, CancellationToken cancellationToken) =>
        Spool.CompleteAsync(completion, cancellationToken);

    public ValueTask<bool> AddDeliveriesAsync(
        string messageId, IReadOnlyList<SpooledDelivery> deliveries, NewClaims claims, CancellationToken cancellationToken) =>
        Spool.AddDeliveriesAsync(messageId, deliveries, claims, cancellationToken);

    public ValueTask<DeliveryChangeResult> ChangeAsync(DeliveryChange change, string? cursor, CancellationToken cancellationToken) =>
        Spool.ChangeAsync(change, cursor, cancellationToken);

    public ValueTask<IReadOnlyList<SpooledDelivery>?> EraseAsync(
        string messageId, DateTimeOffset at, CancellationToken cancellationToken) =>
        Spool.EraseAsync(messageId, at, cancellationToken);

    public ValueTask<SpoolPage<SpooledMessage>> ListMessagesAsync(
        MessageFilter filter, string? cursor, int limit, CancellationToken cancellationToken) =>
        Spool.ListMessagesAsync(filter, cursor, limit, cancellationToken);

    public ValueTask<SpoolPage<SpooledDelivery>> ListDeliveriesAsync(
        DeliveryFilter filter, string? cursor, int limit, CancellationToken cancellationToken) =>
        Spool.ListDeliveriesAsync(filter, cursor, limit, cancellationToken);

    public ValueTask<DateTimeOffset?> FindOldestOpenAsync(string destination, CancellationToken cancellationToken) =>
        Spool.FindOldestOpenAsync(destination, cancellationToken);

    public ValueTask<IReadOnlyDictionary<string, string>> ReadPausesAsync(CancellationToken cancellationToken) =>
        Spool.ReadPausesAsync(cancellationToken);

    public ValueTask SetPauseAsync(string destination, string? reason, CancellationToken cancellationToken) =>
        Spool.SetPauseAsync(destination, reason, cancellationToken);

    public ValueTask<IReadOnlyList<GreylistEntry>> FindGreylistAsync(
        IReadOnlyList<UInt128> keys, CancellationToken cancellationToken) =>
        Spool.FindGreylistAsync(keys, cancellationToken);

    public ValueTask KeepGreylistAsync(IReadOnlyList<GreylistEntry> entries, CancellationToken cancellationToken) =>
        Spool.KeepGreylistAsync(entries, cancellationToken);

    public ValueTask<SpoolNote?> FindNoteAsync(string kind, string key, CancellationToken cancellationToken) =>
        Spool.FindNoteAsync(kind, key, cancellationToken);

    public ValueTask<IReadOnlyList<SpoolNote>> ListNotesAsync(
        string kind, string? after, int limit, CancellationToken cancellationToken) =>
        Spool.ListNotesAsync(kind, after, limit, cancellationToken);

    public ValueTask KeepNotesAsync(IReadOnlyList<SpoolNote> notes, CancellationToken cancellationToken) =>
        Spool.KeepNotesAsync(notes, cancellationToken);

    public ValueTask<bool> TryKeepNoteAsync(SpoolNote note, CancellationToken cancellationToken) =>
        Spool.TryKeepNoteAsync(note, cancellationToken);

    public ValueTask ForgetNotesAsync(string kind, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        Spool.ForgetNotesAsync(kind, keys, cancellationToken);

    /// <summary>Remembered here until the spool is open.</summary>
    public ValueTask ReportNodeAsync(SpoolNode self, CancellationToken cancellationToken)
    {
        if (_spool is { } spool)
            return spool.ReportNodeAsync(self, cancellationToken);
        _node.Set(self);
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<HeardNode>> ListNodesAsync(CancellationToken cancellationToken) =>
        _spool?.ListNodesAsync(cancellationToken) ?? ValueTask.FromResult(_node.List());

    public ValueTask RemoveNodeAsync(string id, CancellationToken cancellationToken) =>
        _spool?.RemoveNodeAsync(id, cancellationToken) ?? ValueTask.CompletedTask;

    public ValueTask<PurgeResult> PurgeAsync(CancellationToken cancellationToken) => Spool.PurgeAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
        if (_spool is { } spool)
            await spool.DisposeAsync();
    }

    private async Task OpenAsync(Func<CancellationToken, Task<IMailSpool>> open, TimeProvider clock, ILogger log, string path)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (_spool is null && await timer.WaitForNextTickAsync(_stop.Token))
                _spool = await TryOpenAsync(open, log, path);
            // A reload may have changed the options meanwhile.
            _spool?.Replace(_options);
            _opened.TrySetResult();
        }
        catch (OperationCanceledException)
        {
            _opened.TrySetCanceled();
        }
    }

    private async Task<IMailSpool?> TryOpenAsync(Func<CancellationToken, Task<IMailSpool>> open, ILogger log, string path)
    {
        try
        {
            return await open(_stop.Token);
        }
        catch (SpoolUnavailableException)
        {
            // The disk is still full, which was logged before.
            return null;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            SpoolLog.StillClosed(log, path, fault);
            return null;
        }
    }
}
