using System.Runtime.CompilerServices;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Queue.Asking;
using InboundBridge.MailFlow.Queue.Attempts;
using InboundBridge.MailFlow.Queue.Collecting;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Queue.Sharing;
using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue;

/// <summary>
/// The queue as everybody else sees it: it commits mail, hands due deliveries to their destinations, and applies operators' changes. It
/// owns no durable state: everything is in the spool, and <see cref="StartAsync"/> continues from there.
/// </summary>
public sealed class MailQueue : IAsyncDisposable
{
    private readonly IMailSpool _spool;
    private readonly TimeProvider _clock;
    private readonly SteadyClock _time;
    private readonly QueueWatch _watch;
    private readonly QueueMetrics _metrics;
    private readonly DestinationScheduler _destinations;
    private readonly DeliveryScheduler _scheduler;
    private readonly CircuitScheduler _circuits;
    private readonly CircuitExchange _exchange;
    private readonly AttemptRunner _runner;
    private readonly PartialAcceptance _partial;
    private readonly ClaimKeeper _claims;
    private readonly RateShares _shares;
    private readonly StrandedMail _stranded;
    private readonly Housekeeping _housekeeping;
    private readonly OperatorChanges _changes;
    private readonly Replays _replays;
    private readonly OnDemandClaims _onDemand;
    private readonly MailCollector _collector;
    private readonly UncollectedMail _uncollected;
    private readonly CancellationTokenSource _shutdown = new();

    /// <param name="metrics">Where it counts; null: in a registry that nobody reads.</param>
    public MailQueue(
        IMailSpool spool, TimeProvider clock, Random jitter, ILogger log, MailQueueOptions options, MetricRegistry? metrics = null)
    {
        (_spool, _clock, _time) = (spool, clock, new SteadyClock(clock));
        var ids = new MessageIdSource(clock);
        // A new name at each start: the claims of an earlier process, if the store still has them, are another owner's.
        var terms = new ClaimTerms(ids.Next(), spool.ClaimLifetime);
        Owner = terms.Owner;
        var released = new ReleasedClaims(terms.Owner);
        _watch = new QueueWatch(_time);
        var state = new SchedulerState(_time, clock, options, terms, released, new QueueLogs(log, _watch));
        (_destinations, _scheduler, _circuits) =
            (new DestinationScheduler(state), new DeliveryScheduler(state), new CircuitScheduler(state));
        _exchange = new CircuitExchange(spool, _circuits, terms, clock, log);
        metrics ??= new MetricRegistry();
        _stranded = new StrandedMail(spool, _destinations, log);
        _metrics = new QueueMetrics(metrics, () => _destinations.Destinations, () => _stranded.Ages, clock);
        _claims = new ClaimKeeper(spool, new WindowScheduler(state), released, terms, _time, clock, log);
        _shares = new RateShares(spool.Exchange, _destinations, terms.Owner, clock, log);
        var followUps = new FollowUpMails(_scheduler, log, () => Hooks, _shutdown.Token);
        var recorder = new ResultRecorder(
            spool, _scheduler, _destinations, _time, clock, log, options, _watch, followUps, _shutdown.Token);
        _partial = new PartialAcceptance(spool, _scheduler, followUps);
        var judge = new OutcomeJudge(ids);
        _runner = new AttemptRunner(
            spool, _scheduler, _destinations, recorder, followUps, judge, _time, clock, jitter, log, _metrics, terms,
            _shutdown.Token);
        _onDemand = new OnDemandClaims(spool, _claims, _scheduler, terms, _time, clock);
        _collector = new MailCollector(
            _onDemand, _destinations, _scheduler, _runner, clock, options, new CollectionMetrics(metrics), log);
        _uncollected = new UncollectedMail(
            spool, _onDemand, _destinations, _scheduler, recorder, followUps, judge, terms, _time, clock, log, options);
        Asks = new MailAsks(
            spool, new AskScheduler(state), new AskJudge(judge, terms, _time, jitter, _metrics, log),
            new AskedMails(spool, _partial, followUps, recorder, _metrics, _watch, log), new AskedIds(options.AskKey), clock, log,
            _shutdown.Token);
        _housekeeping = new Housekeeping(spool, _destinations, _stranded, _claims, clock, log, options);
        _changes = new OperatorChanges(spool, _scheduler, _destinations, _watch, log);
        _replays = new Replays(spool, _scheduler, _watch, ids, _time, log);
    }

    /// <summary>The owner of its claims, which is the id of this node.</summary>
    public string Owner { get; }

    /// <summary>Asks destinations about mails before they are accepted; such a mail is not for <see cref="AcceptAsync"/>.</summary>
    public MailAsks Asks { get; }

    /// <summary>The hooks that make mails (bounces) about outcomes. Set them before <see cref="StartAsync"/>.</summary>
    public DeliveryHooks Hooks { get; set; } = DeliveryHooks.None;

    /// <summary>The hook for ends alone, which wants them all.</summary>
    public DeliveryEndedHook? Ended
    {
        get => Hooks.Ended;
        set => Hooks = Hooks with { Ended = value };
    }

    /// <summary>Attempts at the same time over all destinations.</summary>
    internal int Workers => _destinations.Workers;

    /// <summary>Deliveries in memory: a window for each destination and what is under way, however large the backlog is.</summary>
    internal int Remembered => _destinations.Destinations.Sum(destination => destination.Backlog.Count);

    /// <summary>Called for each event, from any thread, at any time. It must neither block nor throw.</summary>
    public Action<QueueEvent>? Watcher
    {
        get => _watch.Watcher;
        set => _watch.Watcher = value;
    }

    /// <summary>Called for what needs a person: dead deliveries, and destinations that do not answer. As <see cref="Watcher"/>.</summary>
    public Action<QueueEvent>? Trouble
    {
        get => _watch.Trouble;
        set => _watch.Trouble = value;
    }

    /// <summary>
    /// Replaces the destinations, at any time. The queue owns the targets: a target that is no longer named is
    /// disposed of after its last attempt; a target that is given again stays in use. Deliveries of a destination that
    /// is not configured stay open in the spool until it is.
    /// </summary>
    /// <param name="workers">Attempts at the same time over all destinations; null: as before.</param>
    public void ReplaceDestinations(IReadOnlyList<(DestinationOptions Options, IDeliveryTarget Target)> destinations, int? workers = null)
    {
        Asks.Replace(new AskTable(destinations.Select(destination => destination.Options)));
        foreach (var retired in _destinations.Replace(destinations, workers))
            _ = Task.Run(async () => await retired.ReleaseAsync());
    }

    /// <summary>Goes on with everything that is open in the spool.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _stranded.WarnAsync(cancellationToken);
        var work = new SchedulerWork
        {
            Attempt = _runner.Begin,
            Probe = _runner.BeginProbe,
            Refill = _claims.BeginRefill,
            RateBegins = _shares.Ask,
        };
        _spool.PausesHeard = HearPauses;
        _destinations.Start(work, await _spool.ReadPausesAsync(cancellationToken));
        _claims.Start();
        _exchange.Start();
        _housekeeping.Start();
        _uncollected.Start();
    }

    /// <summary>
    /// Makes the message and its deliveries durable. Those that fit into their windows are claimed by the same commit, and attempted
    /// without being read back.
    /// </summary>
    /// <exception cref="SpoolUnavailableException">Nothing was kept.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask AcceptAsync(
        StagedMessage staged, SpooledMessage message, IReadOnlyList<SpooledDelivery> deliveries, CancellationToken cancellationToken)
    {
        if (_partial.Applies(message, deliveries, staged, out var refused))
        {
            await _partial.AcceptAsync(new NewMail(staged, message, deliveries), refused, cancellationToken);
            _watch.Received(message);
            return;
        }
        var arrivals = _scheduler.Register(message, deliveries, out var claims);
        try
        {
            await _spool.CommitAsync(staged, message, deliveries, claims, cancellationToken);
        }
        catch
        {
            _scheduler.Withdraw(arrivals);
            throw;
        }
        _scheduler.Arrived(arrivals);
        _watch.Received(message);
    }

    /// <summary>
    /// Begins no attempt, waits for those under way, then ends them. Deliveries without an
    /// outcome by then are tried again after the next start.
    /// </summary>
    /// <param name="drain">How long to wait.</param>
    public async Task StopAsync(TimeSpan drain)
    {
        var idle = _destinations.StopAsync();
        _spool.PausesHeard = null;
        await _housekeeping.StopAsync();
        using var over = new CancellationTokenSource();
        await Task.WhenAny(idle, Task.Delay(drain, _clock, over.Token));
        await _shutdown.CancelAsync();
        // An attempt that the destination may have accepted is finished, within the destination's own time-out.
        await idle;
        await over.CancelAsync();
        await _shares.StopAsync();
        await _uncollected.StopAsync();
        await _exchange.StopAsync();
        await _claims.StopAsync();
    }

    /// <summary>
    /// Makes deliveries of a filter due at once and starts their schedule again (<see cref="DeliveryChangeKind.Retry"/>); returns how many.
    /// Those whose destination is not configured stay as they are.
    /// </summary>
    public Task<int> RetryAsync(DeliveryFilter filter, CancellationToken cancellationToken)
    {
        var change = new DeliveryChange { Kind = DeliveryChangeKind.Retry, Filter = filter, At = _time.Now, Configured = Configured() };
        return _changes.ChangeAsync(change, cancellationToken);
    }

    /// <summary>
    /// ETRN (RFC 1985): makes deliveries to a domain due at once that wait for their next attempt at a relay; returns how many. Schedule
    /// and age continue, so repeated requests do not keep mail alive for longer.
    /// </summary>
    public async Task<int> HastenRelaysAsync(DomainMatch domain, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var relay in _destinations.Destinations.Where(destination => destination.Options.TakesTurns))
        {
            var filter = new DeliveryFilter { Destination = relay.Options.Name };
            var change = new DeliveryChange { Kind = DeliveryChangeKind.Hasten, Filter = filter, At = _time.Now, RecipientDomain = domain };
            count += await _changes.ChangeAsync(change, cancellationToken);
        }
        return count;
    }

    /// <summary>
    /// ATRN (RFC 2645): a receiver comes for its mail at the destinations that keep mail until it is collected. Its first mail is claimed
    /// when this returns; the rest follows one by one.
    /// </summary>
    /// <param name="user">Who collects; each user once at a time.</param>
    /// <param name="collects">Which addresses the user collects mail for.</param>
    /// <exception cref="SpoolUnavailableException">The spool can't be read.</exception>
    public ValueTask<CollectionAnswer> CollectAsync(string user, Predicate<string> collects, CancellationToken cancellationToken) =>
        _collector.BeginAsync(user, collects, cancellationToken);

    /// <summary>
    /// Ends deliveries of a filter; returns how many. A delivery that is just being attempted is cancelled unless that attempt delivers it.
    /// </summary>
    public Task<int> CancelAsync(DeliveryFilter filter, CancellationToken cancellationToken)
    {
        const string Reason = "cancelled by an operator";
        var change = new DeliveryChange { Kind = DeliveryChangeKind.Cancel, Filter = filter, At = _time.Now, Reason = Reason };
        return _changes.ChangeAsync(change, cancellationToken);
    }

    /// <summary>Sends held deliveries, and refused recipients, to a destination; returns how many.</summary>
    /// <param name="destination">Null: each goes to its own; a delivery whose own is missing or not configured stays held.</param>
    public Task<int> ReleaseAsync(DeliveryFilter filter, string? destination, CancellationToken cancellationToken)
    {
        var change = new DeliveryChange
        {
            Kind = DeliveryChangeKind.Release,
            Filter = filter,
            At = _time.Now,
            Destination = destination,
            Configured = Configured(),
        };
        return _changes.ChangeAsync(change, cancellationToken);
    }

    /// <summary>
    /// Erases a message (<see cref="IMailSpool.EraseAsync"/>) and cancels deliveries that have not
    /// ended; returns how many. Null for an unknown message.
    /// </summary>
    public Task<int?> EraseAsync(string messageId, CancellationToken cancellationToken) =>
        _changes.EraseAsync(messageId, _time.Now, cancellationToken);

    /// <summary>False for an unknown destination.</summary>
    public Task<bool> PauseAsync(string destination, string reason, CancellationToken cancellationToken) =>
        _changes.SetPauseAsync(destination, reason, cancellationToken);

    /// <summary>Goes on at once, whatever the circuit says. False for an unknown destination.</summary>
    public Task<bool> ResumeAsync(string destination, CancellationToken cancellationToken) =>
        _changes.SetPauseAsync(destination, null, cancellationToken);

    /// <summary>
    /// What <see cref="ReplayAsync(string, CancellationToken)"/> would add: a new delivery for each one that the message was accepted with.
    /// </summary>
    public Task<IReadOnlyList<SpooledDelivery>> PlanReplayAsync(string messageId, CancellationToken cancellationToken) =>
        _replays.PlanAsync(messageId, cancellationToken);

    /// <summary>
    /// Sends a stored message again to every destination it was for, as new deliveries;
    /// returns how many. 0: unknown, or its octets are gone.
    /// </summary>
    public async Task<int> ReplayAsync(string messageId, CancellationToken cancellationToken) =>
        await _replays.RunAsync(messageId, await _replays.PlanAsync(messageId, cancellationToken), cancellationToken);

    /// <summary>
    /// Sends a stored message where other rules want it, as new deliveries; returns how many. 0: unknown, or its octets are gone.
    /// </summary>
    public Task<int> ReplayAsync(string messageId, IEnumerable<SpooledDelivery> deliveries, CancellationToken cancellationToken) =>
        _replays.RunAsync(messageId, deliveries, cancellationToken);

    /// <summary>Adds deliveries to a stored message. False: the message or its octets are gone.</summary>
    public Task<bool> AddDeliveriesAsync(
        string messageId, IReadOnlyList<SpooledDelivery> deliveries, CancellationToken cancellationToken) =>
        _replays.AddAsync(messageId, deliveries, cancellationToken);

    /// <summary>Asks a destination whether it answers; nothing is delivered. Null for an unknown destination.</summary>
    public Task<DeliveryOutcome?> TestAsync(string destination, CancellationToken cancellationToken) =>
        AskAsync(destination, async target => await target.ProbeAsync(cancellationToken));

    /// <summary>Sends a destination a test event. Null for an unknown destination, and for a kind that takes nothing but mail.</summary>
    public Task<DeliveryOutcome?> SendTestEventAsync(string destination, CancellationToken cancellationToken) =>
        AskAsync(destination, target => target.SendTestEventAsync(cancellationToken));

    /// <summary>Mail that waits for destinations which are not configured.</summary>
    /// <exception cref="SpoolUnavailableException">The spool can't be read.</exception>
    public Task<IReadOnlyList<StrandedDeliveries>> ListStrandedAsync(CancellationToken cancellationToken) =>
        _stranded.ListAsync(cancellationToken);

    /// <summary>
    /// Asks the spool for counts, ages and pauses. Attempts under way are this process's own; other nodes' circuits are as last heard.
    /// </summary>
    public async Task<IReadOnlyList<DestinationStatus>> ListDestinationsAsync(CancellationToken cancellationToken)
    {
        var tallies = (await _spool.ReadTotalsAsync(cancellationToken)).Deliveries;
        var pauses = await _spool.ReadPausesAsync(cancellationToken);
        var destinations = _destinations.Destinations;
        var ages = await _spool.FindOldestOpenAsync([.. destinations.Select(each => each.Options.Name)], cancellationToken);
        var all = new List<DestinationStatus>();
        foreach (var destination in destinations)
        {
            var name = destination.Options.Name;
            all.Add(new DestinationStatus(
                name,
                destination.Options.Kind,
                destination.Circuit.State != CircuitState.Open,
                destination.IsPauseStored ? pauses.GetValueOrDefault(name) : destination.PauseReason,
                destination.Active + destination.Asked,
                tallies.Where(tally => tally.Destination == name).ToDictionary(tally => tally.State, tally => tally.Count),
                ages.TryGetValue(name, out var oldest) ? oldest : null)
            {
                OnDemand = destination.Options.OnDemand,
                Circuits = _circuits.List(destination),
            });
        }
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        foreach (var target in _destinations.Replace([]))
            await target.ReleaseAsync();
        _destinations.Dispose();
        _shutdown.Dispose();
        _claims.Dispose();
        _shares.Dispose();
        _exchange.Dispose();
        _housekeeping.Dispose();
        _uncollected.Dispose();
        _onDemand.Dispose();
        _metrics.Dispose();
    }

    private void HearPauses(IReadOnlyDictionary<string, string>? found)
    {
        if (found is null)
            _housekeeping.FollowPausesSoon();
        else
            _destinations.PausesFound(found);
    }

    private HashSet<string> Configured() =>
        _destinations.Destinations.Select(destination => destination.Options.Name).ToHashSet(StringComparer.Ordinal);

    private async Task<DeliveryOutcome?> AskAsync(string destination, Func<IDeliveryTarget, ValueTask<DeliveryOutcome?>> ask)
    {
        if (_destinations.Find(destination) is not { } found)
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
}
