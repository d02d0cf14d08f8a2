using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Reception.Asking;

/// <summary>A sender never waits for a turn: where no attempt could begin now, the mail is queued at once.</summary>
public class BusyDestinationTests
{
    [Fact]
    public async Task As_many_as_its_concurrency_are_asked_and_the_next_is_queued()
    {
        await using var scene = await AskScene.CreateAsync(change: hook => hook with { Concurrency = 1 });
        await using var second = new OtherSession(scene);
        var waits = scene.SendAsync();
        var asked = await scene.Hook.NextAsync();
        Assert.Equal(1, (await scene.Reception.Queue.ListDestinationsAsync(CancellationToken.None)).Single(
            status => status.Name == "hook").Active);
        Assert.Equal(250, (await second.SendAsync("b@example.com")).Code);
        Assert.Equal((DeliveryState.Pending, 0), ((await scene.OnlyDeliveryAsync()).State, (await scene.OnlyDeliveryAsync()).Attempts));

        // What waits in the queue has the next turn, before any other mail is asked about.
        asked.End(AskScene.Taken);
        Assert.Equal(250, (await waits).Code);
        var queued = await scene.Hook.NextAsync();
        Assert.Null(queued.Attempt.Ask);
        Assert.Equal(250, (await scene.SendAsync("c@example.com")).Code);
        queued.End(AskScene.Taken);
        (await scene.Hook.NextAsync()).End(AskScene.Taken);
        Assert.Equal(1, scene.Hook.MostActive);
    }

    [Fact]
    public async Task A_queue_that_has_every_turn_leaves_none_to_ask()
    {
        await using var scene = await AskScene.CreateAsync(change: hook => hook with { Concurrency = 1 });
        Assert.Equal(250, (await scene.SendAsync(new DeliveryOutcome.RetryLater("no answer"))).Code);
        scene.Reception.Clock.Advance(TimeSpan.FromSeconds(5));
        var retried = await scene.Hook.NextAsync();
        Assert.Equal(250, (await scene.SendAsync("b@example.com")).Code);
        retried.End(AskScene.Taken);
        (await scene.Hook.NextAsync()).End(AskScene.Taken);
    }

    [Fact]
    public async Task Failures_open_the_circuit_and_then_nobody_waits()
    {
        await using var scene = await AskScene.CreateAsync(
            change: hook => hook with { Circuit = new CircuitOptions { Failures = 2, Probe = TimeSpan.FromHours(1) } });
        await scene.SendAsync(new DeliveryOutcome.RetryLater("no connection: refused"), "a@example.com");
        Assert.Equal(451, (await scene.SendAsync(AskScene.Refusal(isTemporary: true), "b@example.com")).Code);
        Assert.Equal(250, (await scene.SendAsync("c@example.com")).Code);
        Assert.Equal(0, (await scene.UntilAsync(delivery => delivery.State == DeliveryState.Pending)).Attempts);
    }

    /// <summary>It shows that the destination works, whatever it says about the mail.</summary>
    [Fact]
    public async Task A_refusal_of_the_mail_itself_opens_no_circuit()
    {
        await using var scene = await AskScene.CreateAsync(change: hook => hook with { Circuit = new CircuitOptions { Failures = 1 } });
        for (var count = 0; count < 3; count++)
            Assert.Equal(554, (await scene.SendAsync(AskScene.Refusal(isTemporary: false))).Code);
    }

    [Fact]
    public async Task Over_its_rate_mail_is_queued()
    {
        await using var scene = await AskScene.CreateAsync(change: hook => hook with { Rate = 1, RatePeriod = TimeSpan.FromMinutes(1) });
        Assert.Equal(250, (await scene.SendAsync(AskScene.Taken, "a@example.com")).Code);
        Assert.Equal(250, (await scene.SendAsync("b@example.com")).Code);
        await scene.UntilAsync(delivery => delivery is { State: DeliveryState.Pending, Attempts: 0 });
    }

    [Fact]
    public async Task A_mail_does_not_overtake_those_that_wait_where_an_order_is_kept()
    {
        await using var scene = await AskScene.CreateAsync(change: hook => hook with { Order = DeliveryOrder.Sender });
        Assert.Equal(250, (await scene.SendAsync(new DeliveryOutcome.RetryLater("no answer"), "a@example.com")).Code);
        Assert.Equal(250, (await scene.SendAsync("b@example.com")).Code);
        Assert.Equal(2, (await scene.Reception.DeliveriesAsync()).Count);
    }

    [Fact]
    public async Task A_paused_destination_is_not_asked()
    {
        await using var scene = await AskScene.CreateAsync();
        await scene.Reception.Queue.PauseAsync("hook", "why", CancellationToken.None);
        Assert.Equal(250, (await scene.SendAsync()).Code);
        Assert.Equal(DeliveryState.Pending, (await scene.OnlyDeliveryAsync()).State);
    }

    /// <summary>A reload may replace or remove the destination while it is asked. Its target lives until the answer.</summary>
    [Fact]
    public async Task A_reload_in_the_middle_changes_nothing_for_the_mail_that_waits()
    {
        await using var scene = await AskScene.CreateAsync();
        var sent = scene.SendAsync();
        var asked = await scene.Hook.NextAsync();
        scene.Reception.Queue.ReplaceDestinations([]);
        Assert.False(scene.Hook.IsDisposed);
        asked.End(AskScene.Taken);
        Assert.Equal(250, (await sent).Code);
        await scene.Hook.Disposed;
        Assert.Equal(DeliveryState.Delivered, (await scene.OnlyDeliveryAsync()).State);
        Assert.Equal(250, (await scene.SendAsync("b@example.com")).Code);
        await scene.UntilAsync(delivery => delivery.State == DeliveryState.Pending);
    }

    /// <summary>The stop waits for the answer, since the destination may have taken the mail.</summary>
    [Fact]
    public async Task A_stop_in_the_middle_waits_for_the_answer()
    {
        await using var scene = await AskScene.CreateAsync();
        var sent = scene.SendAsync();
        var asked = await scene.Hook.NextAsync();
        var stopped = scene.Reception.Queue.StopAsync(TimeSpan.FromMinutes(1));
        Assert.False(stopped.IsCompleted);
        asked.End(AskScene.Taken);
        Assert.Equal(250, (await sent).Code);
        await stopped;
        Assert.Equal(DeliveryState.Delivered, (await scene.OnlyDeliveryAsync()).State);
        Assert.Equal(250, (await scene.SendAsync("b@example.com")).Code);
        await scene.UntilAsync(delivery => delivery.State == DeliveryState.Pending);
    }
}
