using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Spool;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.MailFlow.Queue.Scheduling;

/// <summary>The whole scheduler with one destination or several. What it sets going is only noted; the test says how it ends.</summary>
internal sealed class SchedulerSample
{
    private readonly SchedulingSample _parts = new();

    public SchedulerSample(ClaimTerms? terms = null, int window = 100, int workers = 100, TimeProvider? clock = null)
    {
        var time = clock is null ? _parts.Time : new SteadyClock(clock);
        var watch = new QueueWatch(time);
        watch.Trouble = Troubles.Add;
        State = new SchedulerState(
            time, clock ?? _parts.Clock, new MailQueueOptions { Window = window, Workers = workers }, terms ?? SchedulingSample.Forever,
            _parts.Released, new QueueLogs(NullLogger.Instance, watch));
        (Deliveries, Destinations, Windows) = (new DeliveryScheduler(State), new DestinationScheduler(State), new WindowScheduler(State));
        Circuits = new CircuitScheduler(State);
    }

    public SchedulerState State { get; }

    public DeliveryScheduler Deliveries { get; }

    public DestinationScheduler Destinations { get; }

    public WindowScheduler Windows { get; }

    public CircuitScheduler Circuits { get; }

    public FakeTimeProvider Clock => _parts.Clock;

    public DateTimeOffset Now => _parts.Now;

    /// <summary>Attempts that have begun.</summary>
    public List<QueuedDelivery> Begun { get; } = [];

    public IEnumerable<string> BegunIds => Begun.Select(queued => queued.Delivery.Id);

    /// <summary>What operators are told.</summary>
    public List<QueueEvent> Troubles { get; } = [];

    public List<ClaimRequest> Refills { get; } = [];

    /// <summary>Set it before the start.</summary>
    public Action? RateBegins { get; set; }

    public DestinationQueue Hook => Find("hook");

    /// <summary>Ids of deliveries whose claims were given up.</summary>
    public IEnumerable<string> Released() => _parts.Released.Take().Select(claim => claim.DeliveryId);

    public DestinationQueue Find(string name) => State.Destinations.FindAny(name)!;

    public static DestinationOptions Options(string name = "hook") => new() { Name = name, Kind = "webhook" };

    public List<TargetUse> Configure(params DestinationOptions[] destinations) =>
        Destinations.Replace([.. destinations.Select(options => (options, (IDeliveryTarget)new ScriptedTarget()))]);

    /// <summary>Starts with an empty spool: the first refills are answered.</summary>
    public void Start(params DestinationOptions[] destinations)
    {
        Configure(destinations);
        Begin();
        foreach (var request in Refills.ToList())
            Windows.Refilled(Find(request.Destination), request, new ClaimResult([], null));
        Refills.Clear();
    }

    public void Begin(IReadOnlyDictionary<string, string>? pauses = null) => Destinations.Start(
        new SchedulerWork
        {
            Attempt = (_, queued) => Begun.Add(queued),
            Probe = _ => { },
            Refill = (_, request) => Refills.Add(request),
            RateBegins = RateBegins,
        },
        pauses ?? new Dictionary<string, string>(StringComparer.Ordinal));

    public SpooledDelivery Delivery(string id, string destination = "hook", int dueInSeconds = 0) =>
        SampleMail.Delivery(id, id, Now, destination) with { NextAttemptAt = Now.AddSeconds(dueInSeconds) };

    public List<Arrival> Register(SpooledDelivery delivery) => Deliveries.Register(_parts.Message(delivery.Id), [delivery], out _);

    public List<Arrival> Register(IReadOnlyList<SpooledDelivery> deliveries, out NewClaims claims) =>
        Deliveries.Register(_parts.Message("m1"), deliveries, out claims);

    /// <summary>Mail is committed.</summary>
    public void Accept(params string[] ids)
    {
        foreach (var id in ids)
            Deliveries.Arrived(Register(Delivery(id)));
    }

    public void AttemptOver(
        QueuedDelivery queued, CircuitEvidence evidence = CircuitEvidence.Answer, string? pause = null, string? reason = null) =>
        Deliveries.AttemptOver(Find(queued.Delivery.Destination), queued, evidence, pause, reason);

    /// <summary>An attempt ends, and its result is recorded.</summary>
    /// <param name="recorded">Null: nothing could be recorded.</param>
    public void End(QueuedDelivery queued, SpooledDelivery? recorded)
    {
        AttemptOver(queued);
        Deliveries.Settled(Find(queued.Delivery.Destination), queued, recorded);
    }

    public SpooledDelivery Retrying(QueuedDelivery queued, int seconds) => queued.Delivery with
    {
        State = DeliveryState.Retrying,
        Attempts = 1,
        Version = queued.Delivery.Version + 1,
        NextAttemptAt = Now.AddSeconds(seconds),
    };

    public ClaimedDelivery Claimed(SpooledDelivery delivery, long fence = 7) => new(delivery, _parts.Message(delivery.Id), fence);
}
