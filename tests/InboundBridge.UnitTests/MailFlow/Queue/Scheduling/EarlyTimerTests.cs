using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Queue.Scheduling;

public class EarlyTimerTests
{
    /// <summary>
    /// The system's timers count coarse ticks. One fired 3 ms before its time; the same time was asked for again, which did nothing, and
    /// the destination was never woken again.
    /// </summary>
    [Fact]
    public void A_timer_that_fires_early_is_set_again()
    {
        var clock = new ManualTimers();
        var now = clock.GetUtcNow();
        var woken = 0;
        var sample = new SchedulingSample();
        var backlog = new DestinationBacklog(DeliveryOrder.None, 10, SchedulingSample.Forever, sample.Released);
        using var destination = new DestinationQueue(
            new DestinationOptions { Name = "hook", Kind = "webhook" }, new ScriptedTarget(), backlog, clock, now, Wake);
        var due = now + TimeSpan.FromSeconds(1);
        destination.WakeAt(due, now);
        destination.WakeAt(due, now);
        Assert.Single(clock.Changes);

        clock.Fire();
        Assert.Equal(1, woken);
        destination.WakeAt(due, due - TimeSpan.FromMilliseconds(3));
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(3)], clock.Changes);

        void Wake(DestinationQueue fired)
        {
            woken++;
            fired.TimerFired();
        }
    }

    [Fact]
    public void A_scheduler_that_is_woken_early_sets_the_timer_again()
    {
        var clock = new ManualTimers();
        var sample = new SchedulerSample(clock: clock);
        sample.Configure(new DestinationOptions { Name = "hook", Kind = "webhook" });
        sample.Begin();
        sample.Windows.Refilled(sample.Hook, sample.Refills[0], new ClaimResult([], null));
        var later = sample.Delivery("a") with { NextAttemptAt = clock.GetUtcNow().AddDays(1) };
        sample.Deliveries.Arrived(sample.Register(later));
        var before = clock.Changes.Count;
        clock.Fire();
        Assert.Equal(before + 1, clock.Changes.Count);
    }

    [Fact]
    public void A_timer_is_set_for_no_less_than_the_wait_and_at_once_for_a_time_that_has_come()
    {
        var clock = new ManualTimers();
        var now = clock.GetUtcNow();
        var sample = new SchedulingSample();
        var backlog = new DestinationBacklog(DeliveryOrder.None, 10, SchedulingSample.Forever, sample.Released);
        using var destination = new DestinationQueue(
            new DestinationOptions { Name = "hook", Kind = "webhook" }, new ScriptedTarget(), backlog, clock, now, _ => { });
        var due = now + TimeSpan.FromMilliseconds(1.5);
        destination.WakeAt(due, now);
        destination.WakeAt(due, due);
        Assert.Equal([TimeSpan.FromMilliseconds(2), TimeSpan.Zero], clock.Changes);
    }

    private sealed class ManualTimers : TimeProvider
    {
        private TimerCallback? _callback;

        public List<TimeSpan> Changes { get; } = [];

        public void Fire() => _callback!(null);

        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _callback = callback;
            return new ManualTimer(this);
        }

        private sealed class ManualTimer(ManualTimers owner) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                owner.Changes.Add(dueTime);
                return true;
            }

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
