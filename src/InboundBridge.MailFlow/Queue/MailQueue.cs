using System.Runtime.CompilerServices;
using InboundBridge.MailFlow.Queue.Attempts;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue;

/// <summary>
/// The queue as the others see it: mail goes in committed, destinations are handed what is due, operators change what is open. Owns no durable state of its own:
/// all of it is the spool's, and <see cref="StartAsync"/> goes on from there.
/// </summary>
public sealed class MailQueue : IAsyncDisposable
{
    private readonly IMailSpool _spool;
    private readonly TimeProvider _clock;
    private readonly SteadyClock _time;
    private readonly ILogger _log;
    private readonly MessageIdSource _ids;
    private readonly QueueWatch _watch;
    private readonly QueueMetrics _metrics;
    private readonly DeliveryScheduler _scheduler;
    private readonly AttemptRunner _runner;
    private readonly Housekeeping _housekeeping;

    public MailQueue(IMailSpool spool, TimeProvider clock, Random jitter, ILogger log, MailQueueOptions options)
    {
        (_spool, _clock, _log) = (spool, clock, log);
        _time = new SteadyClock(clock);
        _ids = new MessageIdSource(clock);
        _watch = new QueueWatch(_time);
        var starter = new AttemptStarter(_time, options.Workers)
        {
            Begin = (destination, delivery) => ThreadPool.UnsafeQueueUserWorkItem(
                static attempt => _ = attempt.Runner.RunAsync(attempt.Destination, attempt.Delivery),
                (Runner: _runner!, Destination: destination, Delivery: delivery),
                preferLocal: true),
            Probe = destination => _ = Task.Run(() => _runner!.ProbeAsync(destination)),
            Read = (destination, request) => _ = Task.Run(() => RefillAsync(destination, request)),
        };
        _scheduler = new DeliveryScheduler(_time, clock, options, new QueueLogs(log, _watch), starter);
        _metrics = new QueueMetrics(() => _scheduler.Destinations, clock);
        _runner = new AttemptRunner(spool, _time, clock, jitter, log, options, _metrics, _ids) { Scheduler = _scheduler, Hook = () => Ended, Watch = _watch };
        _housekeeping = new Housekeeping(spool, _scheduler, clock, log, options);
    }

    /// <summary>Set before <see cref="StartAsync"/>.</summary>
    public DeliveryEndedHook? Ended { get; set; }

    /// <summary>Attempts at the same time over all destinations.</summary>
    internal int Workers => _scheduler.Workers;

    /// <summary>Deliveries in memory: for each destination a window and what is under way, however large the backlog is.</summary>
    internal int Remembered => _scheduler.Destinations.Sum(destination => destination.Backlog.Count);

    /// <summary>Told of what happens while it is set; it must not wait, and not throw. Any time.</summary>
    public Action<QueueEvent>? Watcher
    {
        get => _watch.Watcher;
        set => _watch.Watcher = value;
    }

    /// <summary>
    /// Swaps the destinations whole, at any time. The queue owns the targets: one that is no longer named is disposed after its last attempt; one that is given
    /// again goes on. The deliveries of a destination that is not there stay open in the spool until it is.
    /// </summary>
    /// <param name="workers">Attempts at the same time over all destinations; null: as before.</param>
    public void ReplaceDestinations(IReadOnlyList<(DestinationOptions Options, IDeliveryTarget Target)> destinations, int? workers = null)
    {
        foreach (var retired in _scheduler.Replace(destinations, workers))
            _ = Task.Run(async () => await retired.ReleaseAsync());
    }

    /// <summary>Goes on with everything that is open in the spool.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _scheduler.Start(await _spool.ReadPausesAsync(cancellationToken));
        _housekeeping.Start();
    }

    /// <summary>Makes the message and its deliveries durable, and hands those that are due to the scheduler without reading them back.</summary>
    /// <exception cref="SpoolUnavailableException">Nothing was kept.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask AcceptAsync(
        StagedMessage staged, SpooledMessage message, IReadOnlyList<SpooledDelivery> deliveries, CancellationToken cancellationToken)
    {
        var arrivals = _scheduler.Register(message, deliveries);
        try
        {
            await _spool.CommitAsync(staged, message, deliveries, cancellationToken);
        }
        catch
        {
            _scheduler.Withdraw(arrivals);
            throw;
        }
        _scheduler.Arrived(arrivals);
        _watch.Received(message);
    }

    /// <summary>Begins no attempt, waits so long for those under way, then ends them. What has no outcome by then is tried again after the next start.</summary>
    public async Task StopAsync(TimeSpan drain)
    {
        var idle = _scheduler.StopAsync();
        await _housekeeping.StopAsync();
        using var over = new CancellationTokenSource();
        await Task.WhenAny(idle, Task.Delay(drain, _clock, over.Token));
        _runner.Shutdown();
        // An attempt that the destination may have accepted is finished, within the destination's own time-out.
        await idle;
        await over.CancelAsync();
    }

    /// <summary>Makes deliveries of a filter due at once, their schedule begun anew (<see cref="DeliveryChangeKind.Retry"/>); returns how many.</summary>
    public Task<int> RetryAsync(DeliveryFilter filter, CancellationToken cancellationToken) =>
        ChangeAsync(new DeliveryChange { Kind = DeliveryChangeKind.Retry, Filter = filter, At = _time.Now }, cancellationToken);

    /// <summary>
    /// Makes what waits for its next attempt at the relays due at once, where it goes to a domain that is accepted (ETRN, RFC 1985); returns how many. Schedule
    /// and age go on: whoever asks again and again makes no mail live longer.
    /// </summary>
    /// <param name="domain">Asked with domains in lower case.</param>
    public async Task<int> HastenRelaysAsync(Func<string, bool> domain, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var relay in _scheduler.Destinations.Where(destination => destination.Options.TakesTurns))
        {
            var filter = new DeliveryFilter { Destination = relay.Options.Name };
            var change = new DeliveryChange { Kind = DeliveryChangeKind.Hasten, Filter = filter, At = _time.Now, RecipientDomain = domain };
            count += await ChangeAsync(change, cancellationToken);
        }
        return count;
    }

    /// <summary>Ends deliveries of a filter. One that is just being attempted is cancelled unless that attempt delivers it.</summary>
    public Task<int> CancelAsync(DeliveryFilter filter, CancellationToken cancellationToken) =>
        ChangeAsync(new DeliveryChange { Kind = DeliveryChangeKind.Cancel, Filter = filter, At = _time.Now, Reason = "cancelled by an operator" }, cancellationToken);

    /// <param name="destination">Null: each goes to its own; one that has none stays held.</param>
    public Task<int> ReleaseAsync(DeliveryFilter filter, string? destination, CancellationToken cancellationToken) =>
        ChangeAsync(new DeliveryChange { Kind = DeliveryChangeKind.Release, Filter = filter, At = _time.Now, Destination = destination }, cancellationToken);

    /// <summary>Erases a message (<see cref="IMailSpool.EraseAsync"/>): what is not delivered yet is cancelled. Returns how many were; null for an unknown message.</summary>
    public async Task<int?> EraseAsync(string messageId, CancellationToken cancellationToken)
    {
        if (await _spool.EraseAsync(messageId, _time.Now, cancellationToken) is not { } cancelled)
            return null;
        foreach (var delivery in cancelled)
        {
            _scheduler.Changed(delivery);
            _watch.Changed(DeliveryChangeKind.Cancel, delivery);
        }
        QueueLog.Erased(_log, messageId, cancelled.Count);
        if (_watch.Watcher is not null && await _spool.FindMessageAsync(messageId, cancellationToken) is { } left)
            _watch.Erased(left);
        return cancelled.Count;
    }

    /// <summary>False for an unknown destination.</summary>
    public async Task<bool> PauseAsync(string destination, string reason, CancellationToken cancellationToken)
    {
        if (_scheduler.Find(destination) is not { } found)
            return false;
        await _spool.SetPauseAsync(destination, reason, cancellationToken);
        _scheduler.SetPause(found, reason);
        QueueLog.Paused(_log, destination, reason);
        _watch.Destination("paused", destination, reason);
        return true;
    }

    /// <summary>Goes on at once, whatever the circuit says. False for an unknown destination.</summary>
    public async Task<bool> ResumeAsync(string destination, CancellationToken cancellationToken)
    {
        if (_scheduler.Find(destination) is not { } found)
            return false;
        await _spool.SetPauseAsync(destination, null, cancellationToken);
        _scheduler.SetPause(found, null);
        QueueLog.Resumed(_log, destination);
        _watch.Destination("resumed", destination);
        return true;
    }

    /// <summary>What <see cref="ReplayAsync(string, CancellationToken)"/> would add: a new delivery for every one that the message was accepted with.</summary>
    public async Task<IReadOnlyList<SpooledDelivery>> PlanReplayAsync(string messageId, CancellationToken cancellationToken)
    {
        var first = (await _spool.FindDeliveriesAsync(messageId, cancellationToken))
            .Where(delivery => !delivery.IsReplay && delivery.State != DeliveryState.Held && delivery.Destination.Length > 0 && delivery.FailedDestinations.Count == 0);
        return AsReplay(first);
    }

    /// <summary>Sends a stored message again to every destination it was for, as new deliveries; returns how many. 0: unknown, or its octets are gone.</summary>
    public async Task<int> ReplayAsync(string messageId, CancellationToken cancellationToken) =>
        await ReplayAsync(messageId, await PlanReplayAsync(messageId, cancellationToken), cancellationToken);

    /// <summary>Sends a stored message where other rules want it, as new deliveries; returns how many. 0: unknown, or its octets are gone.</summary>
    public async Task<int> ReplayAsync(string messageId, IEnumerable<SpooledDelivery> deliveries, CancellationToken cancellationToken)
    {
        var again = AsReplay(deliveries);
        if (again.Count == 0 || !await AddDeliveriesAsync(messageId, again, cancellationToken))
            return 0;
        QueueLog.Replayed(_log, messageId, again.Count);
        return again.Count;
    }

    /// <summary>Adds deliveries to a stored message (a replay by other rules). False: the message or its octets are gone.</summary>
    public async Task<bool> AddDeliveriesAsync(string messageId, IReadOnlyList<SpooledDelivery> deliveries, CancellationToken cancellationToken)
    {
        if (await _spool.FindMessageAsync(messageId, cancellationToken) is not { } message)
            return false;
        var arrivals = _scheduler.Register(message, deliveries);
        var isAdded = false;
        try
        {
            isAdded = await _spool.AddDeliveriesAsync(messageId, deliveries, cancellationToken);
        }
        finally
        {
            if (!isAdded)
                _scheduler.Withdraw(arrivals);
        }
        if (isAdded)
        {
            _scheduler.Arrived(arrivals);
            _watch.Replayed(message);
        }
        return isAdded;
    }

    /// <summary>Asks a destination whether it answers; nothing is delivered. Null for an unknown one.</summary>
    public Task<DeliveryOutcome?> TestAsync(string destination, CancellationToken cancellationToken) =>
        AskAsync(destination, async target => await target.ProbeAsync(cancellationToken));

    /// <summary>Sends a destination a test event. Null for an unknown one, and for one that takes nothing but mail.</summary>
    public Task<DeliveryOutcome?> SendTestEventAsync(string destination, CancellationToken cancellationToken) =>
        AskAsync(destination, target => target.SendTestEventAsync(cancellationToken));

    private async Task<DeliveryOutcome?> AskAsync(string destination, Func<IDeliveryTarget, ValueTask<DeliveryOutcome?>> ask)
    {
        if (_scheduler.Find(destination) is not { } found)
            return null;
        var use = found.Target;
        use.Hold();
        try
        {
            return await ask(use.Target);
        }
        finally
        {
            await use.ReleaseAsync();
        }
    }

    public async Task<IReadOnlyList<DestinationStatus>> ListDestinationsAsync(CancellationToken cancellationToken)
    {
        var tallies = _spool.Totals.Deliveries;
        var all = new List<DestinationStatus>();
        foreach (var destination in _scheduler.Destinations)
        {
            var name = destination.Options.Name;
            var counts = tallies.Where(tally => tally.Destination == name).ToDictionary(tally => tally.State, tally => tally.Count);
            all.Add(new DestinationStatus(
                name,
                destination.Options.Kind,
                destination.Circuit.State != CircuitState.Open,
                destination.PauseReason,
                destination.Active,
                counts,
                await _spool.FindOldestOpenAsync(name, cancellationToken)));
        }
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        foreach (var target in _scheduler.Replace([]))
            await target.ReleaseAsync();
        _scheduler.Dispose();
        _runner.Dispose();
        _housekeeping.Dispose();
        _metrics.Dispose();
    }

    private List<SpooledDelivery> AsReplay(IEnumerable<SpooledDelivery> deliveries)
    {
        var now = _time.Now;
        return
        [
            .. deliveries.Select(delivery => delivery with
            {
                Id = _ids.Next(),
                Version = 0,
                IsReplay = true,
                State = delivery.State == DeliveryState.Held ? DeliveryState.Held : DeliveryState.Pending,
                Attempts = 0,
                CreatedAt = now,
                QueuedAt = null,
                NextAttemptAt = now,
                EndedAt = null,
                LastReply = null,
                HoldReason = delivery.State == DeliveryState.Held ? delivery.HoldReason : null,
            }),
        ];
    }

    private async Task<int> ChangeAsync(DeliveryChange change, CancellationToken cancellationToken)
    {
        var count = 0;
        string? cursor = null;
        do
        {
            var step = await _spool.ChangeAsync(change, cursor, cancellationToken);
            foreach (var changed in step.Changed)
            {
                _scheduler.Changed(changed);
                QueueLog.Changed(_log, change.Kind, changed.MessageId, changed.Id, changed.Destination, changed.State);
                _watch.Changed(change.Kind, changed);
            }
            count += step.Changed.Count;
            cursor = step.Next;
        }
        while (cursor is not null);
        return count;
    }

    private async Task RefillAsync(DestinationQueue destination, DueRequest request)
    {
        try
        {
            _scheduler.Refilled(destination, request, await _spool.ReadDueAsync(request, CancellationToken.None));
        }
        catch (Exception fault)
        {
            QueueLog.NotRead(_log, request.Destination, fault);
            _scheduler.RefillFailed(destination);
        }
    }
}
