using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Queue;

/// <summary>Which deliveries a replay makes again, and that a replay which fails leaves nothing.</summary>
public class ReplayTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_delivery_that_was_handed_over_is_replayed_at_its_first_destination_only()
    {
        await using var fixture = new QueueFixture();
        var hook = fixture.Add(QueueFixture.Destination() with { OnFailure = "store" });
        var store = fixture.Add(QueueFixture.Destination("store"));
        await fixture.StartAsync();
        var id = await fixture.AcceptAsync();
        (await hook.NextAsync()).End(new DeliveryOutcome.Failed("550"));
        (await store.NextAsync()).End(new DeliveryOutcome.Delivered("250"));
        await fixture.Log.NextAsync(QueueFixture.Delivered);
        Assert.Equal(["hook"], (await fixture.Queue.PlanReplayAsync(id, None)).Select(delivery => delivery.Destination));
    }

    [Fact]
    public async Task Held_mail_is_not_replayed()
    {
        await using var fixture = new QueueFixture();
        fixture.Add();
        await fixture.StartAsync();
        var id = await fixture.AcceptAsync(change: delivery => delivery with { State = DeliveryState.Held, HoldReason = "quarantine" });
        Assert.Equal(0, await fixture.Queue.ReplayAsync(id, None));
        Assert.Single(await fixture.Spool.FindDeliveriesAsync(id, None));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_replay_that_could_not_be_stored_is_not_attempted_and_leaves_nothing_in_memory(bool fails)
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add();
        await fixture.StartAsync();
        var id = await fixture.AcceptAsync();
        (await target.NextAsync()).End(new DeliveryOutcome.Delivered("200"));
        await fixture.Log.NextAsync(QueueFixture.Delivered);
        if (fails)
            fixture.Faults.Fail("AddDeliveriesAsync");
        else
            fixture.Faults.Instead["AddDeliveriesAsync"] = () => new ValueTask<bool>(false);
        if (fails)
            await Assert.ThrowsAsync<SpoolUnavailableException>(() => fixture.Queue.ReplayAsync(id, None));
        else
            Assert.Equal(0, await fixture.Queue.ReplayAsync(id, None));
        Assert.Equal((0, 0), (fixture.Queue.Remembered, await fixture.ActiveAsync()));
    }
}
