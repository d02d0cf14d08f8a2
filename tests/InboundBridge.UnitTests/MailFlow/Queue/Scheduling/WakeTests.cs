using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Queue.Scheduling;

/// <summary>When a destination's timer fires. A time that is forgotten delays mail until something else happens.</summary>
public class WakeTests
{
    private static readonly ClaimTerms Expiring = new("this queue", TimeSpan.FromSeconds(30));

    private readonly SchedulingSample _sample = new();

    [Fact]
    public void The_spool_is_asked_again_after_a_failure_before_the_first_delivery_in_memory_is_due()
    {
        var (starter, hook) = Start(SchedulingSample.Forever);
        AddLater(hook, seconds: 60);
        hook.Backlog.Leave(_sample.Now);
        hook.Backlog.Refill.NotBefore = _sample.Now.AddSeconds(1);
        starter.Pump(hook);
        AssertWokenAfter(seconds: 1);
    }

    [Fact]
    public void A_failing_spool_does_not_put_off_a_delivery_that_is_due_before_it_is_asked_again()
    {
        var (starter, hook) = Start(SchedulingSample.Forever);
        AddLater(hook, seconds: 1);
        hook.Backlog.Leave(_sample.Now);
        hook.Backlog.Refill.NotBefore = _sample.Now.AddSeconds(60);
        starter.Pump(hook);
        AssertWokenAfter(seconds: 1);
    }

    [Fact]
    public void Where_claims_expire_a_delivery_in_the_spool_wakes_its_destination_when_it_is_due()
    {
        var (starter, hook) = Start(Expiring);
        hook.Backlog.Leave(_sample.Now.AddSeconds(5));
        starter.Pump(hook);
        Assert.Empty(_sample.Refills);
        AssertWokenAfter(seconds: 5);
    }

    [Fact]
    public void Where_claims_expire_a_delivery_in_the_spool_is_not_forgotten_for_a_later_one_in_memory()
    {
        var (starter, hook) = Start(Expiring);
        // A full window, so that it isn't refilled for being low.
        foreach (var seconds in new[] { 8, 9 })
            AddLater(hook, seconds);
        hook.Backlog.Window.SawSpool(_sample.Now.AddSeconds(5));
        starter.Pump(hook);
        Assert.Empty(_sample.Refills);
        AssertWokenAfter(seconds: 5);
    }

    private void AssertWokenAfter(int seconds)
    {
        _sample.Clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        Assert.Empty(_sample.Woken);
        _sample.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(["hook"], _sample.Woken);
    }

    private void AddLater(DestinationQueue destination, int seconds)
    {
        var later = _sample.Delivery($"in {seconds} s", dueInSeconds: seconds);
        var registered = destination.Backlog.Register(later.Delivery, later.Message, _sample.Now);
        Assert.NotNull(registered);
        destination.Backlog.Window.Add(registered);
    }

    private (AttemptStarter Starter, DestinationQueue Destination) Start(ClaimTerms terms)
    {
        var starter = new AttemptStarter(_sample.Time, 100);
        var destination = _sample.Destination(terms: terms);
        starter.Share(1, [destination]);
        starter.Start(_sample.Work);
        return (starter, destination);
    }
}
