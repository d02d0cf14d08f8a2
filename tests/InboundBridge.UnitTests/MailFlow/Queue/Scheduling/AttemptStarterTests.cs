using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Queue.Scheduling;

/// <summary>Each condition that prevents an attempt, tested by itself.</summary>
public class AttemptStarterTests
{
    private readonly SchedulingSample _sample = new();

    [Fact]
    public void Due_deliveries_are_attempted_in_their_order_and_later_ones_are_not()
    {
        var (starter, hook) = Start();
        _sample.Add(hook, "a", "b");
        var later = _sample.Delivery("later", dueInSeconds: 1);
        hook.Backlog.Window.Add(hook.Backlog.Register(later.Delivery, later.Message, _sample.Now)!);
        starter.Pump(hook);
        Assert.Equal(["a", "b"], _sample.Begun);
        _sample.Clock.Advance(TimeSpan.FromSeconds(1));
        starter.Pump(hook);
        Assert.Equal(["a", "b", "later"], _sample.Begun);
    }

    [Fact]
    public async Task Before_the_start_and_after_the_stop_nothing_begins()
    {
        var starter = new AttemptStarter(_sample.Time, 10);
        var hook = _sample.Destination();
        starter.Share(1, [hook]);
        _sample.Add(hook, "a", "b");
        starter.Pump(hook);
        Assert.Empty(_sample.Begun);
        starter.Start(_sample.Work);
        await starter.StopAsync();
        starter.Pump(hook);
        Assert.Empty(_sample.Begun);
    }

    [Fact]
    public void A_paused_or_removed_destination_begins_nothing()
    {
        var (starter, hook) = Start();
        _sample.Add(hook, "a");
        hook.PauseReason = "for now";
        starter.Pump(hook);
        (hook.PauseReason, hook.IsRemoved) = (null, true);
        starter.Pump(hook);
        Assert.Empty(_sample.Begun);
        hook.IsRemoved = false;
        starter.Pump(hook);
        Assert.Equal(["a"], _sample.Begun);
    }

    [Fact]
    public void While_a_result_waits_to_be_recorded_nothing_begins_anywhere()
    {
        var (starter, hook) = Start();
        _sample.Add(hook, "a");
        Assert.False(starter.SpoolFails(1));
        Assert.False(starter.SpoolFails(1));
        starter.Pump(hook);
        Assert.False(starter.SpoolFails(-1));
        starter.Pump(hook);
        Assert.Empty(_sample.Begun);
        Assert.True(starter.SpoolFails(-1));
        starter.Pump(hook);
        Assert.Equal(["a"], _sample.Begun);
    }

    [Fact]
    public void Concurrency_is_a_limit_that_an_ended_attempt_frees()
    {
        var (starter, hook) = Start(options => options with { Concurrency = 2 });
        _sample.Add(hook, "a", "b", "c");
        starter.Pump(hook);
        Assert.Equal(["a", "b"], _sample.Begun);
        starter.AttemptOver(hook);
        Assert.Equal((1, 1), (hook.Active, hook.Unrecorded));
        starter.Pump(hook);
        Assert.Equal(["a", "b", "c"], _sample.Begun);
    }

    [Fact]
    public void A_slow_disk_slows_deliveries_down()
    {
        var (starter, hook) = Start();
        _sample.Add(hook, "a", "b");
        hook.Unrecorded = AttemptStarter.MostUnrecorded;
        starter.Pump(hook);
        Assert.Empty(_sample.Begun);
        hook.Unrecorded--;
        starter.Pump(hook);
        Assert.NotEmpty(_sample.Begun);
    }

    [Fact]
    public void An_open_circuit_is_probed_when_its_time_has_come_and_once_at_a_time()
    {
        var (starter, hook) =
            Start(options => options with { Circuit = new CircuitOptions { Failures = 1, Probe = TimeSpan.FromSeconds(15) } });
        _sample.Add(hook, "a", "b");
        hook.Circuit.RecordFailure(_sample.Now);
        starter.Pump(hook);
        Assert.Empty(_sample.Probed);
        _sample.Clock.Advance(TimeSpan.FromSeconds(15));
        starter.Pump(hook);
        starter.Pump(hook);
        Assert.Equal(["hook"], _sample.Probed);
        Assert.True(hook.IsProbing);
        Assert.Empty(_sample.Begun);
    }

    [Fact]
    public void A_half_open_circuit_lets_one_attempt_through()
    {
        var (starter, hook) = Start(options => options with { Circuit = new CircuitOptions { Failures = 1 } });
        _sample.Add(hook, "a", "b");
        hook.Circuit.RecordFailure(_sample.Now);
        hook.Circuit.RecordProbe(answered: true, _sample.Now);
        starter.Pump(hook);
        starter.Pump(hook);
        Assert.Equal(["a"], _sample.Begun);
        starter.AttemptOver(hook);
        hook.Circuit.RecordAnswer();
        starter.Pump(hook);
        Assert.Equal(["a", "b"], _sample.Begun);
    }

    [Fact]
    public void The_rate_is_asked_last_so_that_a_refused_attempt_uses_none_of_it()
    {
        var (starter, hook) = Start(options => options with { Concurrency = 1, Rate = 2, RatePeriod = TimeSpan.FromHours(1) });
        _sample.Add(hook, "a", "b", "c");
        for (var round = 0; round < 5; round++)
            starter.Pump(hook);
        Assert.Equal(["a"], _sample.Begun);
        starter.AttemptOver(hook);
        starter.Pump(hook);
        Assert.Equal(["a", "b"], _sample.Begun);
        starter.AttemptOver(hook);
        starter.Pump(hook);
        Assert.Equal(["a", "b"], _sample.Begun);
    }

    [Fact]
    public void A_freed_worker_is_offered_to_the_destination_that_found_none()
    {
        var (starter, one, two) = StartTwo(workers: 4);
        _sample.Add(one, "1a", "1b", "1c");
        _sample.Add(two, "2a", "2b");
        // Each has a share of one worker; the first takes the other two as well.
        starter.Pump(one);
        starter.Pump(two);
        Assert.Equal(["1a", "1b", "1c", "2a"], _sample.Begun);
        Assert.Equal((false, true), (one.IsStarved, two.IsStarved));
        starter.AttemptOver(one);
        starter.ServeStarved();
        Assert.Equal("2b", _sample.Begun[^1]);
        Assert.False(two.IsStarved);
    }

    [Fact]
    public void A_destination_that_finds_no_worker_again_asks_again_when_the_next_is_free()
    {
        var (starter, one, two) = StartTwo(workers: 2);
        _sample.Add(one, "1a", "1b");
        _sample.Add(two, "2a", "2b");
        starter.Pump(one);
        starter.Pump(two);
        Assert.Equal(["1a", "2a"], _sample.Begun);
        // The freed worker is the second one's own share.
        starter.AttemptOver(two);
        starter.ServeStarved();
        Assert.Equal(2, _sample.Begun.Count);
        starter.Pump(two);
        Assert.Equal("2b", _sample.Begun[^1]);
        starter.AttemptOver(one);
        starter.ServeStarved();
        Assert.Equal("1b", _sample.Begun[^1]);
    }

    [Fact]
    public void An_expired_claim_is_given_up_instead_of_attempted()
    {
        var (starter, hook) = Start(terms: new ClaimTerms("this queue", TimeSpan.FromSeconds(30)));
        _sample.Add(hook, "a");
        _sample.Clock.Advance(TimeSpan.FromSeconds(30));
        starter.Pump(hook);
        Assert.Empty(_sample.Begun);
        Assert.Equal(0, hook.Backlog.Count);
        // Its delivery is asked for again.
        Assert.Single(_sample.Refills);
    }

    [Fact]
    public void A_window_that_ran_low_is_refilled_and_not_before_the_spool_may_be_asked()
    {
        var (starter, hook) = Start();
        hook.Backlog.Leave(_sample.Now);
        hook.Backlog.Refill.NotBefore = _sample.Now.AddSeconds(1);
        starter.Pump(hook);
        Assert.Empty(_sample.Refills);
        _sample.Clock.Advance(TimeSpan.FromSeconds(1));
        starter.Pump(hook);
        starter.Pump(hook);
        Assert.Single(_sample.Refills);
    }

    [Fact]
    public async Task The_stop_ends_when_the_last_attempt_has_been_recorded()
    {
        var (starter, hook) = Start();
        _sample.Add(hook, "a", "b");
        starter.Pump(hook);
        var stopped = starter.StopAsync();
        starter.AttemptOver(hook);
        starter.AttemptOver(hook);
        starter.Ended();
        Assert.False(stopped.IsCompleted);
        starter.Ended();
        await stopped;
        await new AttemptStarter(_sample.Time, 1).StopAsync();
    }

    private (AttemptStarter Starter, DestinationQueue Destination) Start(
        Func<DestinationOptions, DestinationOptions>? change = null, ClaimTerms? terms = null)
    {
        var starter = new AttemptStarter(_sample.Time, 100);
        var destination = _sample.Destination(change: change, terms: terms);
        starter.Share(1, [destination]);
        starter.Start(_sample.Work);
        return (starter, destination);
    }

    private (AttemptStarter Starter, DestinationQueue One, DestinationQueue Two) StartTwo(int workers)
    {
        var starter = new AttemptStarter(_sample.Time, workers);
        var (one, two) = (_sample.Destination("one"), _sample.Destination("two"));
        starter.Share(2, [one, two]);
        starter.Start(_sample.Work);
        return (starter, one, two);
    }
}
