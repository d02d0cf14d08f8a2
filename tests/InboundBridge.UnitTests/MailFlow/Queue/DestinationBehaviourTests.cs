using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Scheduling;

namespace InboundBridge.UnitTests.MailFlow.Queue;

/// <summary>Circuit, rate, order, pause: what a destination's options make of its queue.</summary>
public class DestinationBehaviourTests
{
    [Fact]
    public async Task A_dead_destination_is_only_probed_until_it_answers_again()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add(QueueFixture.Destination() with { Concurrency = 1, Circuit = new CircuitOptions { Failures = 3 } });
        target.Probe = new DeliveryOutcome.RetryLater("refused");
        await fixture.StartAsync();
        for (var index = 0; index < 6; index++)
            await fixture.AcceptAsync();
        for (var index = 0; index < 3; index++)
        {
            (await target.NextAsync()).End(new DeliveryOutcome.RetryLater("connection refused"));
            await fixture.Log.NextAsync(QueueFixture.Retrying);
        }
        Assert.Equal(1, fixture.Log.Count(QueueFixture.CircuitOpened));
        Assert.False((await fixture.Queue.ListDestinationsAsync(CancellationToken.None)).Single().Up);
        Assert.Equal(0, await fixture.ActiveAsync());
        await target.AfterProbeAsync(() => fixture.Clock.Advance(TimeSpan.FromSeconds(15)));
        // The next probe is set when this one's answer has been taken in.
        await fixture.Clock.TimerSetAsync(TimeSpan.FromSeconds(15));
        Assert.Equal(0, await fixture.ActiveAsync());
        target.Probe = new DeliveryOutcome.Delivered("there");
        var next = target.NextAsync();
        await fixture.AdvanceUntilAsync(next);
        var trial = await next;
        Assert.Equal(1, await fixture.ActiveAsync());
        trial.End(new DeliveryOutcome.Delivered("200"));
        await fixture.Log.NextAsync(QueueFixture.CircuitClosed);
        (await target.NextAsync()).End(new DeliveryOutcome.Delivered("200"));
    }

    [Fact]
    public async Task A_destination_that_answers_with_temporary_refusals_keeps_its_circuit_closed()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add(QueueFixture.Destination() with { Circuit = new CircuitOptions { Failures = 2 } });
        await fixture.StartAsync();
        for (var index = 0; index < 5; index++)
        {
            await fixture.AcceptAsync();
            (await target.NextAsync()).End(new DeliveryOutcome.RetryLater("422", null, Answered: true));
            await fixture.Log.NextAsync(QueueFixture.Retrying);
        }
        Assert.Equal(0, fixture.Log.Count(QueueFixture.CircuitOpened));
    }

    [Fact]
    public async Task An_answered_probe_lets_one_attempt_through_and_its_failure_keeps_the_circuit_open()
    {
        await using var fixture = new QueueFixture();
        var target =
            fixture.Add(
                QueueFixture.Destination() with { Circuit = new CircuitOptions { Failures = 2, Probe = TimeSpan.FromSeconds(15) } });
        await fixture.StartAsync();
        for (var index = 0; index < 6; index++)
            await fixture.AcceptAsync();
        var begun = new List<PendingAttempt>();
        for (var index = 0; index < 6; index++)
            begun.Add(await target.NextAsync());
        foreach (var attempt in begun)
        {
            attempt.End(new DeliveryOutcome.RetryLater("connection refused"));
            await fixture.Log.NextAsync(QueueFixture.Retrying);
        }
        Assert.Equal(1, fixture.Log.Count(QueueFixture.CircuitOpened));
        var next = target.NextAsync();
        await fixture.AdvanceUntilAsync(next);
        // All six are due, and one is attempted.
        Assert.Equal(1, await fixture.ActiveAsync());
        (await next).End(new DeliveryOutcome.RetryLater("connection refused"));
        await fixture.Log.NextAsync(QueueFixture.Retrying);
        Assert.False((await fixture.Queue.ListDestinationsAsync(CancellationToken.None)).Single().Up);
        Assert.Equal(0, await fixture.ActiveAsync());
        var again = target.NextAsync();
        await fixture.AdvanceUntilAsync(again);
        (await again).End(new DeliveryOutcome.RetryLater("422", null, Answered: true));
        await fixture.Log.NextAsync(QueueFixture.CircuitClosed);
        await target.NextAsync();
    }

    [Fact]
    public async Task A_time_that_the_destination_names_is_waited_for_up_to_the_cap()
    {
        await using var fixture = new QueueFixture();
        var target =
            fixture.Add(
                QueueFixture.Destination() with { Retry = new RetryOptions { Jitter = 0, LongestRetryAfter = TimeSpan.FromMinutes(10) } });
        await fixture.StartAsync();
        await fixture.AcceptAsync();
        (await target.NextAsync()).End(new DeliveryOutcome.RetryLater("429", TimeSpan.FromMinutes(3), Answered: true));
        await fixture.Log.NextAsync(QueueFixture.Retrying);
        await fixture.Clock.TimerSetAsync(TimeSpan.FromMinutes(3));
        fixture.Clock.Advance(TimeSpan.FromMinutes(3));
        (await target.NextAsync()).End(new DeliveryOutcome.RetryLater("429", TimeSpan.FromDays(30), Answered: true));
        await fixture.Log.NextAsync(QueueFixture.Retrying);
        await fixture.Clock.TimerSetAsync(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task A_rate_is_kept()
    {
        await using var fixture = new QueueFixture();
        fixture.Add(QueueFixture.Destination() with { Rate = 2, RatePeriod = TimeSpan.FromSeconds(1) });
        await fixture.StartAsync();
        for (var index = 0; index < 6; index++)
            await fixture.AcceptAsync();
        // No attempt ends here, so those under way are all that have begun.
        Assert.Equal(2, await fixture.ActiveAsync());
        fixture.Clock.Advance(TimeSpan.FromMilliseconds(499));
        Assert.Equal(2, await fixture.ActiveAsync());
        fixture.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(3, await fixture.ActiveAsync());
        fixture.Clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(4, await fixture.ActiveAsync());
    }

    [Fact]
    public async Task Order_by_sender_holds_back_the_later_mail_of_that_sender_only()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add(QueueFixture.Destination() with { Order = DeliveryOrder.Sender });
        await fixture.StartAsync();
        var first = await fixture.AcceptAsync(sender: "a@example.org");
        var second = await fixture.AcceptAsync(sender: "A@example.org");
        var other = await fixture.AcceptAsync(sender: "b@example.org");
        PendingAttempt[] begun = [await target.NextAsync(), await target.NextAsync()];
        Assert.Equal([first, other], begun.Select(attempt => attempt.Id).Order(StringComparer.Ordinal));
        begun.Single(attempt => attempt.Id == first).End(new DeliveryOutcome.RetryLater("later"));
        await fixture.Log.NextAsync(QueueFixture.Retrying);
        // Only the other sender's mail is being attempted.
        Assert.Equal(1, await fixture.ActiveAsync());
        fixture.Clock.Advance(TimeSpan.FromSeconds(5));
        var again = await target.NextAsync();
        Assert.Equal(first, again.Id);
        again.End(new DeliveryOutcome.Delivered("200"));
        Assert.Equal(second, (await target.NextAsync()).Id);
    }

    [Fact]
    public async Task Order_survives_a_restart_and_a_backlog_beyond_the_window()
    {
        await using var fixture = new QueueFixture { Options = new MailQueueOptions { Window = 1 } };
        fixture.Add(QueueFixture.Destination() with { Order = DeliveryOrder.Recipient });
        await fixture.StartAsync();
        var accepted = new List<string>();
        for (var index = 0; index < 30; index++)
            accepted.Add(await fixture.AcceptAsync());
        var target = fixture.Replace("hook");
        target.Always = _ => new DeliveryOutcome.Delivered("200");
        await fixture.RestartAsync();
        var seen = new List<string>();
        while (seen.Count < 30)
            seen.Add((await target.NextAsync()).Id);
        Assert.Equal(accepted, seen);
    }

    [Fact]
    public async Task A_paused_destination_waits_over_a_restart_until_it_is_resumed()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add();
        await fixture.StartAsync();
        await fixture.AcceptAsync();
        (await target.NextAsync()).End(new DeliveryOutcome.PauseDestination("410 Gone"));
        await fixture.Log.NextAsync(QueueFixture.Retrying);
        await fixture.AcceptAsync();
        Assert.Equal(0, await fixture.ActiveAsync());
        target = fixture.Replace("hook");
        await fixture.RestartAsync();
        Assert.Equal("410 Gone", (await fixture.Queue.ListDestinationsAsync(CancellationToken.None)).Single().PauseReason);
        Assert.True(await fixture.Queue.ResumeAsync("hook", CancellationToken.None));
        Assert.Equal(2, (await target.NextAsync()).Attempt.Number + (await target.NextAsync()).Attempt.Number - 1);
        Assert.False(await fixture.Queue.PauseAsync("nowhere", "", CancellationToken.None));
    }

    [Fact]
    public async Task A_reload_swaps_the_target_and_disposes_the_old_one_after_its_last_attempt()
    {
        await using var fixture = new QueueFixture();
        var old = fixture.Add(QueueFixture.Destination() with { Concurrency = 1 });
        await fixture.StartAsync();
        await fixture.AcceptAsync();
        var underWay = await old.NextAsync();
        var second = await fixture.AcceptAsync();
        var fresh = fixture.Replace("hook", options => options with { Concurrency = 2 });
        fixture.Reload();
        Assert.Equal(second, (await fresh.NextAsync()).Id);
        Assert.False(old.IsDisposed);
        underWay.End(new DeliveryOutcome.Delivered("200"));
        await fixture.Log.NextAsync(QueueFixture.Delivered);
        await old.Disposed;
    }

    [Fact]
    public async Task Mail_for_a_destination_that_is_not_configured_waits_until_it_is()
    {
        await using var fixture = new QueueFixture();
        await fixture.StartAsync();
        var id = await fixture.AcceptAsync("late");
        var target = fixture.Add(QueueFixture.Destination("late"));
        fixture.Reload();
        Assert.Equal(id, (await target.NextAsync()).Id);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_delays_no_retry()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add();
        await fixture.StartAsync();
        await fixture.AcceptAsync();
        (await target.NextAsync()).End(new DeliveryOutcome.RetryLater("later"));
        await fixture.Log.NextAsync(QueueFixture.Retrying);
        fixture.Clock.AdjustWallClock(TimeSpan.FromDays(-1));
        fixture.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(2, (await target.NextAsync()).Attempt.Number);
        await fixture.AcceptAsync();
        Assert.Equal(1, (await target.NextAsync()).Attempt.Number);
    }

    [Fact]
    public async Task A_clock_that_was_ahead_before_the_restart_delays_no_retry()
    {
        await using var fixture = new QueueFixture();
        var target =
            fixture.Add(
                QueueFixture.Destination() with { Retry = new RetryOptions { Jitter = 0, LongestRetryAfter = TimeSpan.FromHours(1) } });
        await fixture.StartAsync();
        fixture.Clock.AdjustWallClock(TimeSpan.FromDays(365));
        await fixture.AcceptAsync();
        (await target.NextAsync()).End(new DeliveryOutcome.RetryLater("later"));
        await fixture.Log.NextAsync(QueueFixture.Retrying);
        fixture.Clock.AdjustWallClock(TimeSpan.FromDays(-365));
        target = fixture.Replace("hook");
        await fixture.RestartAsync();
        Assert.Equal(2, (await target.NextAsync()).Attempt.Number);
    }
}
