using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Metrics;

namespace InboundBridge.UnitTests.MailFlow.Queue;

/// <summary>Mail that waits for a destination which is not configured.</summary>
public class StrandedMailTests
{
    private const int Stranded = 2114;

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_start_warns_of_it_with_the_name_and_the_number()
    {
        await using var fixture = new QueueFixture();
        await fixture.StartAsync();
        await fixture.AcceptAsync("old name");
        await fixture.AcceptAsync("old name");
        await fixture.AcceptAsync("", change: delivery => delivery with { State = DeliveryState.Held, HoldReason = "look" });
        Assert.Equal(0, fixture.Log.Count(Stranded));
        await fixture.RestartAsync();
        var line = await fixture.Log.NextAsync(Stranded);
        Assert.Contains("destination=old name deliveries=2", line, StringComparison.Ordinal);
        Assert.Equal(1, fixture.Log.Count(Stranded));
        Assert.Equal([new StrandedDeliveries("old name", 2)], await fixture.Queue.ListStrandedAsync(None));
    }

    [Fact]
    public async Task A_retry_leaves_it_alone_until_the_name_is_back()
    {
        await using var fixture = new QueueFixture();
        await fixture.StartAsync();
        var id = await fixture.AcceptAsync();
        Assert.Equal(0, await fixture.Queue.RetryAsync(new DeliveryFilter { Id = id }, None));
        var target = fixture.Add();
        fixture.Reload();
        Assert.Empty(await fixture.Queue.ListStrandedAsync(None));
        (await target.NextAsync()).End(new DeliveryOutcome.RetryLater("later", TimeSpan.FromHours(1)));
        await fixture.Log.NextAsync(QueueFixture.Retrying);
        Assert.Equal(1, await fixture.Queue.RetryAsync(new DeliveryFilter { Id = id }, None));
        (await target.NextAsync()).End(new DeliveryOutcome.Delivered("200"));
        await fixture.Log.NextAsync(QueueFixture.Delivered);
    }

    [Fact]
    public async Task A_release_to_a_missing_destination_changes_nothing()
    {
        await using var fixture = new QueueFixture();
        await fixture.StartAsync();
        var id = await fixture.AcceptAsync(change: delivery => delivery with { State = DeliveryState.Held, HoldReason = "look" });
        Assert.Equal(0, await fixture.Queue.ReleaseAsync(new DeliveryFilter { Id = id }, null, None));
        Assert.Equal(DeliveryState.Held, (await fixture.FindAsync(id)).State);
    }

    [Fact]
    public async Task Its_age_is_measured_under_its_name()
    {
        var tick = TimeSpan.FromSeconds(15);
        await using var fixture = new QueueFixture { Options = new() { AgesInterval = tick } };
        await fixture.StartAsync();
        await fixture.AcceptAsync("gone");
        await fixture.Clock.TimerSetAsync(tick);
        fixture.Faults.ForgetCalls();
        fixture.Clock.Advance(tick);
        await fixture.Faults.CalledAsync("FindOldestOpenAsync");
        // The next tick begins with the pauses: what the tick before has read is there by then.
        fixture.Clock.Advance(tick);
        await fixture.Faults.CalledAsync("ReadPausesAsync");
        Assert.Contains(
            "{destination=\"gone\"} 30", await MetricsText.SamplesAsync(fixture.Registry, "delivery_oldest_seconds"));
    }
}
