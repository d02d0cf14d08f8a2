using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Queue.Scheduling;

/// <summary>
/// Arrivals, results and changes by operators that cross each other: nothing is forgotten, and nothing is attempted twice.
/// </summary>
public class DeliverySchedulerTests
{
    [Fact]
    public void Before_the_start_nothing_is_claimed_and_the_start_reads_it()
    {
        var sample = new SchedulerSample();
        sample.Configure(SchedulerSample.Options());
        var arrivals = sample.Register([sample.Delivery("a")], out var claims);
        sample.Deliveries.Arrived(arrivals);
        Assert.Equal((NewClaims.None, 0), (claims, sample.Hook.Backlog.Count));
        sample.Begin();
        Assert.Single(sample.Refills);
    }

    [Fact]
    public void A_delivery_that_the_commit_can_not_claim_is_not_attempted_without_a_claim()
    {
        var sample = new SchedulerSample();
        sample.Start(SchedulerSample.Options());
        var deliveries = Enumerable.Range(0, NewClaims.Most + 1).Select(index => sample.Delivery($"d{index}")).ToList();
        var arrivals = sample.Register(deliveries, out var claims);
        Assert.Equal((true, ulong.MaxValue), (claims.Terms is not null, claims.Mask));
        Assert.All(arrivals.SkipLast(1), arrival => Assert.NotNull(arrival.Queued));
        Assert.Null(arrivals[^1].Queued);
        sample.Deliveries.Arrived(arrivals);
        Assert.Single(sample.Refills);
    }

    [Fact]
    public void Mail_that_arrives_for_an_order_while_the_spool_is_read_is_read_afterwards()
    {
        var sample = new SchedulerSample();
        sample.Configure(SchedulerSample.Options() with { Order = DeliveryOrder.Sender });
        sample.Begin();
        sample.Accept("a");
        Assert.Equal(0, sample.Hook.Backlog.Count);
        sample.Windows.Refilled(sample.Hook, Assert.Single(sample.Refills), new ClaimResult([], null));
        Assert.Equal(2, sample.Refills.Count);
    }

    [Fact]
    public void A_delivery_that_is_cancelled_during_its_commit_is_not_attempted()
    {
        var sample = new SchedulerSample();
        sample.Start(SchedulerSample.Options());
        var delivery = sample.Delivery("a");
        var arrivals = sample.Register(delivery);
        sample.Deliveries.Changed(delivery with { State = DeliveryState.Cancelled, Version = 1 });
        sample.Deliveries.Arrived(arrivals);
        Assert.Empty(sample.Begun);
        Assert.Equal(["a"], sample.Released());
        // It may have been retried since: the spool knows.
        Assert.Single(sample.Refills);
    }

    [Fact]
    public void A_delivery_whose_destination_is_removed_during_its_commit_keeps_no_claim()
    {
        var sample = new SchedulerSample();
        sample.Start(SchedulerSample.Options());
        var arrivals = sample.Register(sample.Delivery("a"));
        sample.Configure();
        sample.Deliveries.Arrived(arrivals);
        Assert.Equal(["a"], sample.Released());
        Assert.Equal(0, sample.Hook.Backlog.Count);
    }

    [Fact]
    public void A_commit_that_fails_leaves_no_room_taken()
    {
        var sample = new SchedulerSample();
        sample.Start(SchedulerSample.Options());
        sample.Deliveries.Withdraw(sample.Register(sample.Delivery("a")));
        Assert.Equal(0, sample.Hook.Backlog.Count);
    }

    [Fact]
    public void An_attempt_that_shows_nothing_of_the_destination_opens_no_circuit()
    {
        var sample = new SchedulerSample();
        sample.Start(SchedulerSample.Options() with { Circuit = new CircuitOptions { Failures = 1 } });
        sample.Accept("a", "b");
        sample.AttemptOver(sample.Begun[0], CircuitEvidence.None);
        Assert.Equal(CircuitState.Closed, sample.Hook.Circuit.State);
    }

    [Fact]
    public void A_worker_that_gets_free_goes_to_a_destination_that_waits_for_it()
    {
        var sample = new SchedulerSample(workers: 4);
        sample.Start(SchedulerSample.Options(), SchedulerSample.Options("store"));
        sample.Accept("a", "b", "c");
        foreach (var id in new[] { "d", "e" })
            sample.Deliveries.Arrived(sample.Register(sample.Delivery(id, "store")));
        Assert.Equal(["a", "b", "c", "d"], sample.BegunIds);
        sample.AttemptOver(sample.Begun[0]);
        Assert.Equal("e", sample.Begun[^1].Delivery.Id);
    }

    [Fact]
    public void A_delivery_that_another_owner_has_taken_over_is_given_up_and_the_spool_is_asked()
    {
        var sample = new SchedulerSample();
        sample.Start(SchedulerSample.Options());
        sample.Accept("a");
        sample.AttemptOver(sample.Begun[0]);
        sample.Deliveries.Lost(sample.Hook, sample.Begun[0]);
        Assert.Equal((0, 0), (sample.Hook.Backlog.Count, sample.Hook.Unrecorded));
        Assert.Single(sample.Refills);
        // The claim is no longer ours to release.
        Assert.Empty(sample.Released());
    }

    [Fact]
    public void What_was_read_before_an_operator_changed_it_is_not_attempted()
    {
        var sample = new SchedulerSample();
        sample.Configure(SchedulerSample.Options());
        sample.Begin();
        var request = Assert.Single(sample.Refills);
        var before = sample.Delivery("a");
        sample.Deliveries.Changed(before with { State = DeliveryState.Cancelled, Version = 1 });
        sample.Windows.Refilled(sample.Hook, request, new ClaimResult([sample.Claimed(before)], null));
        Assert.Empty(sample.Begun);
        Assert.Equal(["a"], sample.Released());
        Assert.Equal(2, sample.Refills.Count);
    }

    [Fact]
    public void A_delivery_that_is_cancelled_while_its_retry_is_recorded_is_not_tried_again()
    {
        var sample = new SchedulerSample();
        sample.Start(SchedulerSample.Options());
        sample.Accept("a");
        var queued = sample.Begun[0];
        var retrying = sample.Retrying(queued, seconds: 0);
        sample.AttemptOver(queued);
        sample.Deliveries.Changed(retrying with { State = DeliveryState.Cancelled, Version = 2 });
        sample.Deliveries.Settled(sample.Hook, queued, retrying);
        Assert.Single(sample.Begun);
        Assert.Equal(0, sample.Hook.Backlog.Count);
        // The cancellation left the claim in the spool.
        Assert.Equal(["a"], sample.Released());
    }

    [Fact]
    public void A_result_that_was_recorded_on_top_of_a_change_counts_and_ended_the_claim()
    {
        var sample = new SchedulerSample();
        sample.Start(SchedulerSample.Options());
        sample.Accept("a");
        var queued = sample.Begun[0];
        sample.Deliveries.Changed(queued.Delivery with { State = DeliveryState.Cancelled, Version = 1 });
        sample.End(queued, queued.Delivery with { State = DeliveryState.Delivered, Version = 1 });
        Assert.Equal(0, sample.Hook.Backlog.Count);
        Assert.Empty(sample.Released());
    }

    [Fact]
    public void An_attempt_that_broke_is_not_repeated_in_a_busy_loop()
    {
        var sample = new SchedulerSample();
        sample.Start(SchedulerSample.Options());
        sample.Accept("a");
        sample.End(sample.Begun[0], null);
        Assert.Single(sample.Begun);
        sample.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Single(sample.Begun);
        sample.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["a", "a"], sample.BegunIds);
    }

    [Fact]
    public void A_retry_at_a_destination_that_was_removed_meanwhile_goes_back_to_the_spool()
    {
        var sample = new SchedulerSample();
        sample.Start(SchedulerSample.Options());
        sample.Accept("a");
        sample.Configure();
        sample.End(sample.Begun[0], sample.Retrying(sample.Begun[0], seconds: 5));
        Assert.Equal(["a"], sample.Released());
        Assert.Equal(0, sample.Hook.Backlog.Count);
    }

    [Fact]
    public void A_retry_that_is_recorded_during_the_stop_keeps_no_claim()
    {
        var sample = new SchedulerSample();
        sample.Start(SchedulerSample.Options());
        sample.Accept("a");
        _ = sample.Destinations.StopAsync();
        sample.End(sample.Begun[0], sample.Retrying(sample.Begun[0], seconds: 5));
        Assert.Equal(["a"], sample.Released());
    }

    [Fact]
    public void A_retry_that_is_due_after_its_claim_would_expire_is_left_to_the_spool_and_asked_for_again()
    {
        var sample = new SchedulerSample(new ClaimTerms("this queue", TimeSpan.FromSeconds(30)));
        sample.Start(SchedulerSample.Options());
        sample.Accept("a");
        sample.End(sample.Begun[0], sample.Retrying(sample.Begun[0], seconds: 3600));
        Assert.Equal(["a"], sample.Released());
        Assert.Equal((true, sample.Now.AddHours(1)), (sample.Hook.Backlog.Window.HasMore, sample.Hook.Backlog.Window.Horizon));
    }

    [Fact]
    public void Recorded_results_do_not_use_up_the_limit_of_unrecorded_ones()
    {
        var sample = new SchedulerSample();
        sample.Start(SchedulerSample.Options());
        sample.Accept("a");
        sample.AttemptOver(sample.Begun[0]);
        Assert.Equal(1, sample.Hook.Unrecorded);
        sample.Deliveries.Settled(sample.Hook, sample.Begun[0], sample.Begun[0].Delivery with { State = DeliveryState.Delivered });
        Assert.Equal(0, sample.Hook.Unrecorded);
    }

    [Fact]
    public void A_retry_does_not_make_the_window_larger_than_its_limit()
    {
        var sample = new SchedulerSample(window: 2);
        sample.Start(SchedulerSample.Options() with { Concurrency = 1 });
        sample.Accept("a", "b", "c");
        sample.Destinations.SetPause(sample.Hook, "for now");
        sample.End(sample.Begun[0], sample.Retrying(sample.Begun[0], seconds: 5));
        Assert.Equal(2, sample.Hook.Backlog.Window.Count);
        Assert.Equal(["a"], sample.Released());
        Assert.True(sample.Hook.Backlog.Window.HasMore);
    }

    /// <summary>The spool still has it as due, and would hand it out at once.</summary>
    [Fact]
    public void An_attempt_without_a_record_stays_in_memory_although_the_window_is_full()
    {
        var sample = new SchedulerSample(window: 4);
        sample.Start(SchedulerSample.Options() with { Concurrency = 1 });
        sample.Accept("a", "b", "c");
        sample.Hook.Backlog.Leave(sample.Now.AddSeconds(10));
        sample.End(sample.Begun[0], null);
        Assert.NotNull(sample.Hook.Backlog.Find("a"));
        Assert.Empty(sample.Released());
    }
}
