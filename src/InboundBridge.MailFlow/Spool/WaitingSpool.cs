using System.Runtime.ExceptionServices;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.MailFlow.Spool.Contract.Notes;
using InboundBridge.MailFlow.Spool.Contract.Sharing;
using InboundBridge.MailFlow.Spool.Health;
using InboundBridge.MailFlow.Spool.Postgres;
using InboundBridge.MailFlow.Spool.Postgres.Health;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using InboundBridge.MailFlow.Spool.Sqlite;
using InboundBridge.MailFlow.Spool.Sqlite.Health;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool;

/// <summary>
/// Stands in for a spool that can't be opened yet: its disk is full, its database is away, or another node changes the tables. It refuses
/// new mail and fails every other call with <see cref="SpoolUnavailableException"/>, while it retries to open the spool. Once the spool is
/// open, it passes every call on.
/// </summary>
public sealed class WaitingSpool : IMailSpool
{
    private static readonly TimeSpan DiskInterval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan DatabaseInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a start waits for the database before the listeners open without it. A sender that comes meanwhile gets its 451 within five
    /// seconds.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Exception?> _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<CancellationToken, Task<IMailSpool>> _open;
    private readonly TimeProvider _clock;
    private readonly ClosedSpool _closed;
    private readonly Task _loop;
    private readonly OnlyNode _node;
    private volatile IMailSpool? _spool;
    private readonly DateTimeOffset _since;
    private readonly long _sinceTimestamp;
    private volatile SpoolOptions _options;
    private volatile string? _obstacle;
    private volatile bool _isWaitedFor;
    private int _failures;

    /// <param name="isTried">It was tried before: the next try is after an interval, and not at once.</param>
    private WaitingSpool(
        ClosedSpool closed, Func<CancellationToken, Task<IMailSpool>> open, TimeProvider clock, SpoolOptions options, bool isTried)
    {
        (_closed, _open, _clock, _options, _node) = (closed, open, clock, options, new OnlyNode(clock));
        (_since, _sinceTimestamp) = (clock.GetUtcNow(), clock.GetTimestamp());
        _loop = Task.Run(() => OpenAsync(isTried));
    }

    public bool IsOpen => _spool is not null;

    /// <summary>Completes when the spool is open. Cancelled if this is disposed of before.</summary>
    public Task Opened => _opened.Task;

    public SpoolCondition Condition => _spool?.Condition ?? _closed.Condition;

    /// <inheritdoc/>
    public string? Obstacle => _spool is { } spool ? spool.Obstacle
        : _tried.Task.IsCompleted ? _obstacle ?? _closed.Why : _closed.WhyAtFirst;

    /// <inheritdoc/>
    public DateTimeOffset? AwaySince => _spool is { } spool ? spool.AwaySince : _closed.IsShared ? _since : null;

    public SpoolOptions Options => _spool?.Options ?? _options;

    /// <summary>That of the store which will be open here.</summary>
    public TimeSpan ClaimLifetime => _spool?.ClaimLifetime ?? _closed.ClaimLifetime;

    /// <summary>Whoever claims sets this, and nobody claims before the spool is open.</summary>
    public Action<string>? Woken
    {
        get => _spool?.Woken;
        set
        {
            if (_spool is { } spool)
                spool.Woken = value;
        }
    }

    /// <summary>As <see cref="Woken"/>.</summary>
    public Action<IReadOnlyDictionary<string, string>?>? PausesHeard
    {
        get => _spool?.PausesHeard;
        set
        {
            if (_spool is { } spool)
                spool.PausesHeard = value;
        }
    }

    /// <inheritdoc/>
    public INodeExchange Exchange =>
        _spool?.Exchange ?? (_closed.IsShared ? new LateExchange(() => _spool?.Exchange) : NoExchange.Instance);

    private IMailSpool Spool => _spool ?? throw new SpoolUnavailableException($"the spool is not open: {Obstacle}")
    {
        IsReported = true,
    };

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
            SpoolLog.Waiting(log, options.Path, DiskInterval.TotalSeconds, fault);
            var closed = new ClosedSpool(SpoolCondition.DiskLow, Timeout.InfiniteTimeSpan, DiskInterval, "its disk is full")
            {
                Failed = later => SpoolLog.StillClosed(log, options.Path, later),
            };
            return new WaitingSpool(closed, Open, clock, options, isTried: true);
        }
    }

    /// <summary>
    /// Opens the shared spool. Returns one that waits, where the database is away, or another node holds the lock of the tables for longer
    /// than a start can wait.
    /// </summary>
    /// <param name="keys">Is told the key that signs links, before the spool is open to anybody.</param>
    /// <exception cref="SpoolRefusedException">
    /// The database does not let us in, a newer version made the spool, or another process uses the node's directory.
    /// </exception>
    public static async Task<IMailSpool> OpenSharedAsync(
        SpoolOptions options, PostgresSettings settings, TimeProvider clock, ILogger log, MetricRegistry metrics, Action<byte[]> keys,
        CancellationToken cancellationToken)
    {
        async Task<IMailSpool> Open(CancellationToken stop)
        {
            var spool = await PostgresSpoolStart.OpenAsync(
                options, settings, new PostgresInternals { Metrics = metrics }, clock, log, stop);
            keys(spool.LinkKey);
            return spool;
        }
        var closed = new ClosedSpool(
            SpoolCondition.Failing, PostgresMailSpool.Lease, DatabaseInterval, "its database can't be used")
        {
            WhyAtFirst = "its database has not answered, or another node changes its tables",
            Failed = new RepeatedFault(fault => PostgresLog.StillClosed(log, settings.Place, fault.Message)).Report,
            Opened = (seconds, failures) => PostgresLog.Recovered(log, settings.Place, seconds, failures),
        };
        var waiting = new WaitingSpool(closed, Open, clock, options, isTried: false);
        try
        {
            var fault = await waiting._tried.Task.WaitAsync(Patience, clock, cancellationToken);
            if (fault is null)
                return waiting._spool!;
            if (fault is not SpoolUnavailableException)
                ExceptionDispatchInfo.Throw(fault);
            PostgresLog.Waiting(log, settings.Place, fault.Message);
        }
        catch (TimeoutException)
        {
            PostgresLog.SlowStart(log, settings.Place);
        }
        catch
        {
            await waiting.DisposeAsync();
            throw;
        }
        waiting._isWaitedFor = true;
        return waiting;
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

    public ValueTask<IReadOnlyList<SpooledDelivery>> FindDeliveriesAsync(
        IReadOnlyList<string> messageIds, CancellationToken cancellationToken) =>
        Spool.FindDeliveriesAsync(messageIds, cancellationToken);

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

    public ValueTask<IReadOnlyDictionary<string, DateTimeOffset>> FindFreeAsync(
        IReadOnlyList<string> destinations, string owner, CancellationToken cancellationToken) =>
        Spool.FindFreeAsync(destinations, owner, cancellationToken);

    public ValueTask<IReadOnlyDictionary<string, DateTimeOffset>> FindOldestOpenAsync(
        IReadOnlyList<string> destinations, CancellationToken cancellationToken) =>
        Spool.FindOldestOpenAsync(destinations, cancellationToken);

    public ValueTask<IReadOnlyDictionary<string, string>> ReadPausesAsync(CancellationToken cancellationToken) =>
        Spool.ReadPausesAsync(cancellationToken);

    public ValueTask SetPauseAsync(string destination, string? reason, CancellationToken cancellationToken) =>
        Spool.SetPauseAsync(destination, reason, cancellationToken);

    public ValueTask<IReadOnlyList<GreylistEntry>> FindGreylistAsync(
        IReadOnlyList<UInt128> keys, CancellationToken cancellationToken) =>
        Spool.FindGreylistAsync(keys, cancellationToken);

    public ValueTask KeepGreylistAsync(IReadOnlyList<GreylistEntry> entries, CancellationToken cancellationToken) =>
        Spool.KeepGreylistAsync(entries, cancellationToken);

    public ValueTask<DateTimeOffset> ReadTimeAsync(CancellationToken cancellationToken) => Spool.ReadTimeAsync(cancellationToken);

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

    public ValueTask<IReadOnlyList<CircuitView>> ShareCircuitsAsync(
        string node, IReadOnlyList<CircuitView> own, CancellationToken cancellationToken) =>
        Spool.ShareCircuitsAsync(node, own, cancellationToken);

    public ValueTask<PurgeResult> PurgeAsync(CancellationToken cancellationToken) => Spool.PurgeAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
        if (_spool is { } spool)
            await spool.DisposeAsync();
    }

    private async Task OpenAsync(bool isTried)
    {
        using var timer = new PeriodicTimer(_closed.Interval, _clock);
        try
        {
            if (isTried)
            {
                _tried.TrySetResult(null);
                await timer.WaitForNextTickAsync(_stop.Token);
            }
            while (!await TryOpenAsync())
                await timer.WaitForNextTickAsync(_stop.Token);
            // A reload may have changed the options meanwhile.
            _spool?.Replace(_options);
            _opened.TrySetResult();
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            _opened.TrySetCanceled();
            _tried.TrySetCanceled();
        }
    }

    private async Task<bool> TryOpenAsync()
    {
        try
        {
            _spool = await _open(_stop.Token);
            _tried.TrySetResult(null);
            if (_isWaitedFor)
                _closed.Opened?.Invoke(_clock.GetElapsedTime(_sinceTimestamp).TotalSeconds, _failures);
            return true;
        }
        catch (Exception fault) when (!_stop.IsCancellationRequested)
        {
            _failures++;
            _obstacle = (fault as SpoolRefusedException)?.Obstacle;
            // Whoever started this logs the first fault. That the same still holds is no news.
            if (!_tried.TrySetResult(fault) && fault is not SpoolUnavailableException)
                _closed.Failed(fault);
            return false;
        }
    }
}
