using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.MailFlow.Queue;

public class MailQueueTests
{
    [Fact]
    public async Task An_accepted_mail_is_delivered_at_once_and_recorded()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add();
        await fixture.StartAsync();
        var id = await fixture.AcceptAsync();
        var attempt = await target.NextAsync();
        Assert.Equal((id, 1), (attempt.Id, attempt.Attempt.Number));
        var octets = new byte[100];
        Assert.Equal(100, attempt.Attempt.Content.Read(0, octets));
        Assert.Equal(SampleMail.Octets(1, 100), octets);
        attempt.End(new DeliveryOutcome.Delivered("200 OK"));
        await fixture.Log.NextAsync(QueueFixture.Delivered);
        var delivery = await fixture.FindAsync(id);
        Assert.Equal(
            (DeliveryState.Delivered, 1, "200 OK", fixture.Now),
            (delivery.State, delivery.Attempts, delivery.LastReply?.Text, delivery.EndedAt));
    }

    [Fact]
    public async Task A_temporary_failure_is_tried_again_on_the_schedule()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add();
        await fixture.StartAsync();
        var id = await fixture.AcceptAsync();
        foreach (var wait in new[] { 5, 30, 120 })
        {
            (await target.NextAsync()).End(new DeliveryOutcome.RetryLater("503 busy"));
            await fixture.Log.NextAsync(QueueFixture.Retrying);
            fixture.Clock.Advance(TimeSpan.FromSeconds(wait - 1));
            Assert.Equal(0, await fixture.ActiveAsync());
            fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        var last = await target.NextAsync();
        Assert.Equal((id, 4), (last.Id, last.Attempt.Number));
        last.End(new DeliveryOutcome.Delivered("200 OK"));
        await fixture.Log.NextAsync(QueueFixture.Delivered);
        Assert.Equal([1, 2, 3], (await fixture.Spool.ListAttemptsAsync(id, CancellationToken.None)).Select(attempt => attempt.Number));
    }

    [Fact]
    public async Task After_a_restart_interrupted_and_waiting_deliveries_continue()
    {
        await using var fixture = new QueueFixture();
        fixture.Add();
        var store = fixture.Add(QueueFixture.Destination("store"));
        await fixture.StartAsync();
        var interrupted = await fixture.AcceptAsync("hook");
        var waiting = await fixture.AcceptAsync("store");
        (await store.NextAsync()).End(new DeliveryOutcome.RetryLater("later", TimeSpan.FromMinutes(1)));
        await fixture.Log.NextAsync(QueueFixture.Retrying);
        var hook = fixture.Replace("hook");
        store = fixture.Replace("store");
        await fixture.RestartAsync();
        var again = await hook.NextAsync();
        Assert.Equal((interrupted, 1), (again.Id, again.Attempt.Number));
        // The window has been filled: its timer is set for what waits.
        await fixture.Clock.TimerSetAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(0, await fixture.ActiveAsync("store"));
        fixture.Clock.Advance(TimeSpan.FromMinutes(2));
        var second = await store.NextAsync();
        Assert.Equal((waiting, 2), (second.Id, second.Attempt.Number));
    }

    [Fact]
    public async Task A_destination_that_hangs_does_not_hold_up_another()
    {
        await using var fixture = new QueueFixture { Options = new MailQueueOptions { Workers = 4 } };
        fixture.Add(QueueFixture.Destination("hanging"));
        var hook = fixture.Add();
        await fixture.StartAsync();
        for (var index = 0; index < 10; index++)
            await fixture.AcceptAsync("hanging");
        // All workers but the other destination's share.
        Assert.Equal(3, await fixture.ActiveAsync("hanging"));
        await fixture.AcceptAsync();
        (await hook.NextAsync()).End(new DeliveryOutcome.Delivered("200"));
        await fixture.Log.NextAsync(QueueFixture.Delivered);
        Assert.Equal(3, await fixture.ActiveAsync("hanging"));
    }

    [Fact]
    public async Task Concurrency_is_a_limit_and_is_used()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add(QueueFixture.Destination() with { Concurrency = 3 });
        await fixture.StartAsync();
        for (var index = 0; index < 9; index++)
            await fixture.AcceptAsync();
        Assert.Equal(3, await fixture.ActiveAsync());
        for (var index = 0; index < 3; index++)
        {
            PendingAttempt[] three = [await target.NextAsync(), await target.NextAsync(), await target.NextAsync()];
            foreach (var attempt in three)
                attempt.End(new DeliveryOutcome.Delivered("200"));
        }
        for (var index = 0; index < 9; index++)
            await fixture.Log.NextAsync(QueueFixture.Delivered);
        Assert.Equal(3, target.MostActive);
    }

    [Fact]
    public async Task A_backlog_larger_than_the_window_is_delivered_whole_and_once()
    {
        await using var fixture = new QueueFixture { Options = new MailQueueOptions { Window = 8 } };
        var target = fixture.Add(QueueFixture.Destination() with { Concurrency = 2 });
        await fixture.StartAsync();
        var accepted = new List<string>();
        for (var index = 0; index < 60; index++)
            accepted.Add(await fixture.AcceptAsync());
        var seen = new List<string>();
        while (seen.Count < accepted.Count)
        {
            var attempt = await target.NextAsync();
            seen.Add(attempt.Id);
            attempt.End(new DeliveryOutcome.Delivered("200"));
        }
        for (var index = 0; index < 60; index++)
            await fixture.Log.NextAsync(QueueFixture.Delivered);
        Assert.Equal(accepted.Order(), seen.Order());
        Assert.Equal(60, (await fixture.Spool.ReadTotalsAsync(CancellationToken.None)).Deliveries.Single().Count);
    }

    [Theory]
    [InlineData(DeliveryOrder.None)]
    [InlineData(DeliveryOrder.Sender)]
    public async Task Of_a_backlog_only_the_window_is_in_memory(DeliveryOrder order)
    {
        await using var fixture = new QueueFixture { Options = new MailQueueOptions { Window = 8 } };
        fixture.Add(QueueFixture.Destination() with { Order = order });
        await fixture.StartAsync();
        await fixture.Queue.PauseAsync("hook", "a long night", CancellationToken.None);
        for (var index = 0; index < 300; index++)
            await fixture.AcceptAsync(sender: $"s{index}@example.org");
        // A destination that keeps an order has a larger window (docs/spool.md).
        Assert.InRange(fixture.Queue.Remembered, 0, order == DeliveryOrder.None ? 8 : 64);
        Assert.Equal(300, (await fixture.Spool.ReadTotalsAsync(CancellationToken.None)).Deliveries.Single().Count);
    }

    [Fact]
    public async Task New_mail_is_not_held_up_by_a_window_full_of_retries()
    {
        await using var fixture = new QueueFixture { Options = new MailQueueOptions { Window = 4 } };
        var target = fixture.Add();
        await fixture.StartAsync();
        for (var index = 0; index < 9; index++)
        {
            await fixture.AcceptAsync();
            (await target.NextAsync()).End(new DeliveryOutcome.RetryLater("later", TimeSpan.FromHours(1), Answered: true));
            await fixture.Log.NextAsync(QueueFixture.Retrying);
        }
        var fresh = await fixture.AcceptAsync();
        Assert.Equal(fresh, (await target.NextAsync()).Id);
        fixture.Clock.Advance(TimeSpan.FromHours(2));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (seen.Count < 9)
            seen.Add((await target.NextAsync()).Id);
    }

    [Fact]
    public async Task Stopping_waits_for_attempts_and_begins_none()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add(QueueFixture.Destination() with { Concurrency = 1 });
        await fixture.StartAsync();
        var first = await fixture.AcceptAsync();
        var second = await fixture.AcceptAsync();
        var attempt = await target.NextAsync();
        var stopped = fixture.Queue.StopAsync(TimeSpan.FromMinutes(1));
        attempt.End(new DeliveryOutcome.Delivered("200"));
        await stopped;
        Assert.Equal(DeliveryState.Delivered, (await fixture.FindAsync(first)).State);
        Assert.Equal(DeliveryState.Pending, (await fixture.FindAsync(second)).State);
        Assert.Equal(0, await fixture.ActiveAsync());
    }
}
