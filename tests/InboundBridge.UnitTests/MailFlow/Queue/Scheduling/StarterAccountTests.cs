using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Scheduling;

namespace InboundBridge.UnitTests.MailFlow.Queue.Scheduling;

/// <summary>What the starter counts: workers, what is under way, and who waits for a worker.</summary>
public class StarterAccountTests
{
    private readonly SchedulingSample _sample = new();

    [Fact]
    public void A_reload_during_attempts_does_not_hand_out_their_workers_again()
    {
        var starter = new AttemptStarter(_sample.Time, 4);
        var hook = _sample.Destination(change: options => options with { Concurrency = 100 });
        starter.Share(1, [hook]);
        starter.Start(_sample.Work);
        _sample.Add(hook, "a", "b", "c", "d", "e");
        starter.Pump(hook);
        Assert.Equal(4, hook.Active);
        starter.Share(1, [hook]);
        starter.Pump(hook);
        Assert.Equal(4, hook.Active);
    }

    [Fact]
    public async Task A_stop_waits_for_attempts_although_nothing_was_under_way_at_some_time_before()
    {
        var (starter, hook) = Start();
        _sample.Add(hook, "a");
        starter.Pump(hook);
        starter.AttemptOver(hook);
        starter.Ended();
        _sample.Add(hook, "b");
        starter.Pump(hook);
        Assert.Equal(["a", "b"], _sample.Begun);
        var stopped = starter.StopAsync();
        Assert.False(stopped.IsCompleted);
        starter.AttemptOver(hook);
        starter.Ended();
        await stopped;
    }

    [Fact]
    public async Task A_stop_waits_for_a_probe_that_is_under_way()
    {
        var (starter, hook) = Start(options => options with { Circuit = new CircuitOptions { Failures = 1, Probe = TimeSpan.Zero } });
        _sample.Add(hook, "a");
        hook.Circuit.RecordFailure(_sample.Now);
        starter.Pump(hook);
        Assert.Equal(["hook"], _sample.Probed);
        var stopped = starter.StopAsync();
        Assert.False(stopped.IsCompleted);
        starter.Ended();
        await stopped;
    }

    [Fact]
    public void A_destination_that_looks_for_a_worker_often_does_not_get_several_turns_before_another()
    {
        var starter = new AttemptStarter(_sample.Time, 6);
        var (greedy, one, two) = (_sample.Destination("greedy"), _sample.Destination("one"), _sample.Destination("two"));
        starter.Share(3, [greedy, one, two]);
        starter.Start(_sample.Work);
        // Three workers are shares, and the first destination takes the other three as well.
        _sample.Add(greedy, "g1", "g2", "g3", "g4");
        starter.Pump(greedy);
        _sample.Add(one, "1a", "1b", "1c");
        _sample.Add(two, "2a", "2b", "2c");
        for (var round = 0; round < 3; round++)
            starter.Pump(one);
        starter.Pump(two);
        Assert.Equal(["g1", "g2", "g3", "g4", "1a", "2a"], _sample.Begun);
        for (var freed = 0; freed < 2; freed++)
        {
            starter.AttemptOver(greedy);
            starter.ServeStarved();
        }
        Assert.Equal(["1b", "2b"], _sample.Begun[^2..]);
    }

    private (AttemptStarter Starter, DestinationQueue Destination) Start(Func<DestinationOptions, DestinationOptions>? change = null)
    {
        var starter = new AttemptStarter(_sample.Time, 100);
        var destination = _sample.Destination(change: change);
        starter.Share(1, [destination]);
        starter.Start(_sample.Work);
        return (starter, destination);
    }
}
