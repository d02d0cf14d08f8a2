using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Queue.Scheduling;

/// <summary>Pauses, reloads, renewals and failing reads, as the scheduler follows them.</summary>
public class DestinationSchedulerTests
{
    private readonly SchedulerSample _sample = new();

    [Fact]
    public void A_destination_that_was_paused_before_the_start_begins_nothing()
    {
        _sample.Configure(SchedulerSample.Options());
        _sample.Begin(Pauses("410 Gone"));
        _sample.Accept("a");
        Assert.Empty(_sample.Begun);
        _sample.Destinations.SetPause(_sample.Hook, null);
        Assert.Equal(["a"], _sample.BegunIds);
    }

    [Fact]
    public void A_destination_that_is_resumed_does_not_wait_for_its_circuit()
    {
        _sample.Start(SchedulerSample.Options() with { Circuit = new CircuitOptions { Failures = 1 } });
        _sample.Accept("a");
        _sample.AttemptOver(_sample.Begun[0], CircuitEvidence.Failure);
        _sample.Accept("b");
        Assert.Equal(["a"], _sample.BegunIds);
        _sample.Destinations.SetPause(_sample.Hook, null);
        Assert.Equal(["a", "b"], _sample.BegunIds);
    }

    [Fact]
    public void A_pause_that_is_stored_after_the_destination_was_resumed_does_not_come_back()
    {
        _sample.Start(SchedulerSample.Options());
        _sample.Accept("a");
        _sample.AttemptOver(_sample.Begun[0], pause: "410 Gone");
        _sample.Destinations.SetPause(_sample.Hook, null);
        _sample.Destinations.PauseStored(_sample.Hook, "410 Gone");
        _sample.Accept("b");
        Assert.Equal(["a", "b"], _sample.BegunIds);
    }

    [Fact]
    public void Pauses_that_were_read_before_this_process_changed_one_do_not_undo_the_change()
    {
        _sample.Start(SchedulerSample.Options());
        var before = _sample.Destinations.PauseChanges;
        _sample.Destinations.SetPause(_sample.Hook, "for now");
        _sample.Destinations.FollowPauses(Pauses(null), before);
        _sample.Accept("a");
        Assert.Empty(_sample.Begun);
        _sample.Destinations.FollowPauses(Pauses(null), _sample.Destinations.PauseChanges);
        Assert.Equal(["a"], _sample.BegunIds);
    }

    [Fact]
    public void A_pause_that_a_commit_has_found_holds_for_what_it_stored()
    {
        _sample.Start(SchedulerSample.Options());
        var arrivals = _sample.Register(_sample.Delivery("a"));
        _sample.Destinations.PausesFound(Pauses("by hand"));
        _sample.Deliveries.Arrived(arrivals);
        Assert.Empty(_sample.Begun);
        Assert.Equal("by hand", _sample.Hook.PauseReason);
        _sample.Destinations.FollowPauses(Pauses(null), _sample.Destinations.PauseChanges);
        Assert.Equal(["a"], _sample.BegunIds);
    }

    [Fact]
    public void A_claim_that_finds_a_pause_pauses_the_destination_here()
    {
        _sample.Configure(SchedulerSample.Options());
        _sample.Begin();
        var refill = Assert.Single(_sample.Refills);
        _sample.Windows.Refilled(_sample.Hook, refill, new ClaimResult([], _sample.Now) { Pause = "by hand" });
        Assert.Equal("by hand", _sample.Hook.PauseReason);
        Assert.Single(_sample.Refills);
        _sample.Destinations.FollowPauses(Pauses(null), _sample.Destinations.PauseChanges);
        Assert.Equal(2, _sample.Refills.Count);
    }

    [Fact]
    public void What_was_read_before_this_process_resumed_a_destination_does_not_pause_it_again()
    {
        _sample.Configure(SchedulerSample.Options());
        _sample.Begin();
        _sample.Destinations.SetPause(_sample.Hook, null);
        _sample.Destinations.PausesFound(Pauses("before"));
        _sample.Windows.Refilled(_sample.Hook, _sample.Refills[0], new ClaimResult([], _sample.Now) { Pause = "before" });
        Assert.Null(_sample.Hook.PauseReason);
        // It asks again, and not in a busy loop.
        Assert.Single(_sample.Refills);
        _sample.Clock.Advance(_sample.State.Options.SpoolRetry);
        Assert.Equal(2, _sample.Refills.Count);
        _sample.Clock.Advance(TimeSpan.FromSeconds(10));
        _sample.Destinations.PausesFound(Pauses("after"));
        Assert.Equal("after", _sample.Hook.PauseReason);
    }

    [Fact]
    public void A_spool_that_can_not_be_read_is_asked_again_after_a_wait_and_not_in_a_busy_loop()
    {
        _sample.Configure(SchedulerSample.Options());
        _sample.Begin();
        _sample.Windows.RefillFailed(_sample.Hook);
        Assert.Single(_sample.Refills);
        _sample.Clock.Advance(_sample.State.Options.SpoolRetry);
        Assert.Equal(2, _sample.Refills.Count);
    }

    [Fact]
    public void A_claim_that_another_owner_has_is_given_up_while_its_delivery_waits_and_not_while_it_is_attempted()
    {
        _sample.Start(SchedulerSample.Options() with { Concurrency = 1 });
        _sample.Accept("active", "lost", "kept");
        var until = _sample.Now.AddSeconds(30);
        _sample.Windows.Renewed(_sample.Windows.ListClaims(), until, ["active", "lost"]);
        Assert.NotNull(_sample.Hook.Backlog.Find("active"));
        Assert.Null(_sample.Hook.Backlog.Find("lost"));
        Assert.Equal(until, _sample.Hook.Backlog.Find("kept")!.ClaimedUntil);
        Assert.Empty(_sample.Released());
    }

    [Fact]
    public void A_destination_that_comes_back_reads_its_backlog_again_and_gives_back_no_target_twice()
    {
        _sample.Start(SchedulerSample.Options() with { Concurrency = 1 });
        _sample.Accept("a", "b");
        Assert.Single(_sample.Configure());
        Assert.Equal(["b"], _sample.Released());
        Assert.Empty(_sample.Refills);
        Assert.Empty(_sample.Configure(SchedulerSample.Options()));
        Assert.Single(_sample.Refills);
        _sample.Accept("c");
        Assert.Equal("c", _sample.Begun[^1].Delivery.Id);
    }

    [Fact]
    public void New_options_of_a_circuit_count_from_the_reload_on()
    {
        _sample.Start(SchedulerSample.Options() with { Circuit = new CircuitOptions { Failures = 5 } });
        _sample.Configure(SchedulerSample.Options() with { Circuit = new CircuitOptions { Failures = 1 } });
        _sample.Accept("a");
        _sample.AttemptOver(_sample.Begun[0], CircuitEvidence.Failure);
        Assert.Equal(CircuitState.Open, _sample.Hook.Circuit.State);
    }

    [Fact]
    public void A_new_rate_counts_from_the_reload_on()
    {
        _sample.Start(SchedulerSample.Options());
        _sample.Configure(SchedulerSample.Options() with { Rate = 1 });
        _sample.Accept("a", "b");
        _sample.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("a", Assert.Single(_sample.BegunIds));
        _sample.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["a", "b"], _sample.BegunIds);
    }

    [Fact]
    public void A_new_order_counts_from_the_reload_on()
    {
        _sample.Start(SchedulerSample.Options() with { Concurrency = 1 });
        _sample.Accept("a", "b");
        _sample.Configure(SchedulerSample.Options() with { Order = DeliveryOrder.Sender });
        Assert.True(_sample.Hook.Backlog.Window.ByAge);
        // What waits is read again in the new order.
        Assert.Equal(["b"], _sample.Released());
        Assert.True(Assert.Single(_sample.Refills).KeepsOrder);
    }

    private static Dictionary<string, string> Pauses(string? reason)
    {
        var pauses = new Dictionary<string, string>(StringComparer.Ordinal);
        if (reason is not null)
            pauses["hook"] = reason;
        return pauses;
    }
}
