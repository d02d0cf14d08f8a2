using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Sharing;
using InboundBridge.MailFlow.Spool.Contract.Nodes;

namespace InboundBridge.UnitTests.MailFlow.Queue.Sharing;

/// <summary>The queue tells the other nodes of its circuits, hears of theirs, and takes its own back when it stops.</summary>
public class CircuitExchangeTests
{
    private const int Followed = 2115;

    [Fact]
    public async Task Another_node_s_dead_destination_is_followed_and_shown()
    {
        await using var fixture = new QueueFixture { ClaimLifetime = TimeSpan.FromMinutes(10) };
        fixture.Add();
        await fixture.StartAsync();
        fixture.Faults.Instead["ShareCircuitsAsync"] = () => new ValueTask<IReadOnlyList<CircuitView>>(
            [new CircuitView("hook", "other", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15), 10, "connection refused")]);
        await fixture.Clock.TimerSetAsync(CircuitExchange.Interval);
        fixture.Clock.Advance(CircuitExchange.Interval);
        Assert.Contains("node=other: connection refused", await fixture.Log.NextAsync(Followed), StringComparison.Ordinal);
        var status = Assert.Single(await fixture.Queue.ListDestinationsAsync(CancellationToken.None));
        Assert.False(status.Up);
        Assert.Equal(("other", 10), (Assert.Single(status.Circuits).Node, status.Circuits[0].Failures));
    }

    [Fact]
    public async Task A_destination_that_does_not_answer_is_told_with_the_reason_and_taken_back_at_the_stop()
    {
        await using var fixture = new QueueFixture { ClaimLifetime = TimeSpan.FromMinutes(10) };
        var target = fixture.Add(QueueFixture.Destination() with { Circuit = new CircuitOptions { Failures = 1 } });
        await fixture.StartAsync();
        await fixture.AcceptAsync();
        (await target.NextAsync()).End(new DeliveryOutcome.RetryLater("connection refused"));
        await fixture.Log.NextAsync(QueueFixture.CircuitOpened);
        var own = Assert.Single(Assert.Single(await fixture.Queue.ListDestinationsAsync(CancellationToken.None)).Circuits);
        Assert.Equal((fixture.Queue.Owner, true, "connection refused"), (own.Node, own.IsSelf, own.Reason));
        fixture.Faults.ForgetCalls();
        await fixture.Queue.StopAsync(TimeSpan.Zero);
        await fixture.Faults.CalledAsync("ShareCircuitsAsync");
    }

    [Fact]
    public async Task In_a_store_of_one_process_nobody_is_told()
    {
        await using var fixture = new QueueFixture();
        fixture.Add();
        await fixture.StartAsync(faults => faults.Fail("ShareCircuitsAsync"));
        fixture.Clock.Advance(CircuitExchange.Interval);
        await fixture.Queue.StopAsync(TimeSpan.Zero);
        Assert.Equal(0, fixture.Log.Count(2125));
    }
}
