using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.MailFlow.Queue.Scheduling;

/// <summary>The parts of the scheduler without a spool, a target or a thread: a test sees each decision at once.</summary>
internal sealed class SchedulingSample
{
    public static readonly ClaimTerms Forever = new("this queue", Timeout.InfiniteTimeSpan);

    public FakeTimeProvider Clock { get; } = new(FakeTime.Start);

    public SteadyClock Time => field ??= new SteadyClock(Clock);

    public DateTimeOffset Now => Clock.GetUtcNow();

    public ReleasedClaims Released { get; } = new(Forever.Owner);

    public List<string> Begun { get; } = [];

    public List<string> Probed { get; } = [];

    public List<ClaimRequest> Refills { get; } = [];

    /// <summary>Destinations whose timers fired.</summary>
    public List<string> Woken { get; } = [];

    public SchedulerWork Work => new()
    {
        Attempt = (_, queued) => Begun.Add(queued.Delivery.Id),
        Probe = destination => Probed.Add(destination.Options.Name),
        Refill = (_, request) => Refills.Add(request),
    };

    public DestinationQueue Destination(
        string name = "hook", Func<DestinationOptions, DestinationOptions>? change = null, int window = 100, ClaimTerms? terms = null)
    {
        var options = new DestinationOptions { Name = name, Kind = "webhook" };
        options = change?.Invoke(options) ?? options;
        var backlog = new DestinationBacklog(options.Order, window, terms ?? Forever, Released);
        return new DestinationQueue(options, new ScriptedTarget(), backlog, Clock, Now, woken => Woken.Add(woken.Options.Name));
    }

    public QueuedDelivery Delivery(string id, int dueInSeconds = 0, string sender = "al@example.org", params string[] recipients)
    {
        var delivery = SampleMail.Delivery(id, id, Now) with { NextAttemptAt = Now.AddSeconds(dueInSeconds) };
        if (recipients.Length > 0)
            delivery = delivery with { Recipients = [.. recipients.Select(recipient => new MailRecipient(recipient))] };
        return new QueuedDelivery(delivery, Message(id, sender), ClaimTerms.FirstFence, DateTimeOffset.MaxValue);
    }

    /// <summary>Adds due deliveries, as their commits do.</summary>
    public void Add(DestinationQueue destination, params string[] ids)
    {
        foreach (var id in ids)
        {
            var queued = Delivery(id);
            var registered = destination.Backlog.Register(queued.Delivery, queued.Message, Now);
            Assert.NotNull(registered);
            destination.Backlog.Window.Add(registered);
        }
    }

    public SpooledMessage Message(string id, string sender = "al@example.org") => new()
    {
        Id = id,
        ReceivedAt = Now,
        Envelope = new MailEnvelope { Sender = sender, Recipients = [] },
        Size = 1,
        Sha256 = "",
        ConfigVersion = "v1",
    };
}
