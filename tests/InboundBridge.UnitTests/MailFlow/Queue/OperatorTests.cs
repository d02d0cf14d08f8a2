using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.MailFlow.Queue;

/// <summary>Retry, cancel, release, replay; and what <c>on_failure</c> makes of an end.</summary>
public class OperatorTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_dead_letter_is_retried_with_a_new_schedule_and_a_new_age()
    {
        await using var fixture = new QueueFixture();
        var retry = new RetryOptions { Jitter = 0, MaximumAge = TimeSpan.FromDays(5) };
        var target = fixture.Add(QueueFixture.Destination() with { Retry = retry });
        await fixture.StartAsync();
        var id = await fixture.AcceptAsync();
        (await target.NextAsync()).End(new DeliveryOutcome.Failed("550 no"));
        await fixture.Log.NextAsync(QueueFixture.Dead);
        fixture.Clock.Advance(TimeSpan.FromDays(10));
        Assert.Equal(1, await fixture.Queue.RetryAsync(new DeliveryFilter { Destination = "hook", State = DeliveryState.Dead }, None));
        var again = await target.NextAsync();
        Assert.Equal((id, 1), (again.Id, again.Attempt.Number));
        again.End(new DeliveryOutcome.RetryLater("later"));
        await fixture.Log.NextAsync(QueueFixture.Retrying);
        Assert.Equal(DeliveryState.Retrying, (await fixture.FindAsync(id)).State);
    }

    [Fact]
    public async Task A_delivery_that_waits_can_be_retried_at_once_and_cancelled()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add();
        await fixture.StartAsync();
        var id = await fixture.AcceptAsync();
        (await target.NextAsync()).End(new DeliveryOutcome.RetryLater("later", TimeSpan.FromHours(1)));
        await fixture.Log.NextAsync(QueueFixture.Retrying);
        Assert.Equal(1, await fixture.Queue.RetryAsync(new DeliveryFilter { Id = id }, None));
        (await target.NextAsync()).End(new DeliveryOutcome.RetryLater("later", TimeSpan.FromHours(1)));
        await fixture.Log.NextAsync(QueueFixture.Retrying);
        Assert.Equal(1, await fixture.Queue.CancelAsync(new DeliveryFilter { State = DeliveryState.Retrying }, None));
        fixture.Clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal(DeliveryState.Cancelled, (await fixture.FindAsync(id)).State);
        Assert.Equal(0, await fixture.ActiveAsync());
        Assert.Equal(0, await fixture.Queue.CancelAsync(new DeliveryFilter { Id = "unknown" }, None));
    }

    [Theory]
    [InlineData(true, DeliveryState.Delivered)]
    [InlineData(false, DeliveryState.Cancelled)]
    public async Task A_delivery_cancelled_during_its_attempt_is_delivered_if_the_attempt_delivers_and_never_tried_again(
        bool delivers, DeliveryState expected)
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add();
        await fixture.StartAsync();
        var id = await fixture.AcceptAsync();
        var attempt = await target.NextAsync();
        Assert.Equal(1, await fixture.Queue.CancelAsync(new DeliveryFilter { Id = id }, None));
        attempt.End(delivers ? new DeliveryOutcome.Delivered("200") : new DeliveryOutcome.RetryLater("later"));
        await fixture.Log.NextAsync(delivers ? QueueFixture.Delivered : QueueFixture.Cancelled);
        Assert.Equal(expected, (await fixture.FindAsync(id)).State);
        fixture.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, await fixture.ActiveAsync());
    }

    [Fact]
    public async Task Held_mail_waits_for_its_release_and_goes_where_the_operator_says()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add();
        await fixture.StartAsync();
        var id = await fixture.AcceptAsync("", change: delivery => delivery with { State = DeliveryState.Held, HoldReason = "quarantine" });
        fixture.Clock.Advance(TimeSpan.FromDays(5));
        Assert.Equal(0, await fixture.Queue.ReleaseAsync(new DeliveryFilter { Id = id }, null, None));
        Assert.Equal(1, await fixture.Queue.ReleaseAsync(new DeliveryFilter { Id = id }, "hook", None));
        (await target.NextAsync()).End(new DeliveryOutcome.RetryLater("later"));
        await fixture.Log.NextAsync(QueueFixture.Retrying);
        Assert.Equal(("hook", DeliveryState.Retrying), ((await fixture.FindAsync(id)).Destination, (await fixture.FindAsync(id)).State));
    }

    [Fact]
    public async Task A_replay_makes_new_deliveries_that_are_marked_as_replays()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add();
        target.Always = _ => new DeliveryOutcome.Delivered("200");
        await fixture.StartAsync();
        var id = await fixture.AcceptAsync();
        await fixture.Log.NextAsync(QueueFixture.Delivered);
        Assert.Equal(1, await fixture.Queue.ReplayAsync(id, None));
        await fixture.Log.NextAsync(QueueFixture.Delivered);
        Assert.Equal(1, await fixture.Queue.ReplayAsync(id, None));
        await fixture.Log.NextAsync(QueueFixture.Delivered);
        var deliveries = await fixture.Spool.FindDeliveriesAsync(id, None);
        Assert.Equal([false, true, true], deliveries.Select(delivery => delivery.IsReplay));
        Assert.Equal(3, deliveries.Select(delivery => delivery.Id).Distinct().Count());
        Assert.Equal(0, await fixture.Queue.ReplayAsync("unknown", None));
    }

    [Fact]
    public async Task A_failed_delivery_goes_to_the_next_destination_and_to_none_that_failed_before()
    {
        await using var fixture = new QueueFixture();
        var hook = fixture.Add(QueueFixture.Destination() with { OnFailure = "store" });
        var store = fixture.Add(QueueFixture.Destination("store") with { OnFailure = "hook" });
        await fixture.StartAsync();
        var id = await fixture.AcceptAsync();
        (await hook.NextAsync()).End(new DeliveryOutcome.Failed("400 bad"));
        var second = await store.NextAsync();
        Assert.NotEqual(id, second.Id);
        second.End(new DeliveryOutcome.Failed("550 no"));
        await fixture.Log.NextAsync(QueueFixture.Dead);
        Assert.Equal(
            [("hook", DeliveryState.Cancelled), ("store", DeliveryState.Dead)],
            (await fixture.Spool.FindDeliveriesAsync(id, None)).Select(delivery => (delivery.Destination, delivery.State)));
        Assert.Equal(0, await fixture.ActiveAsync());
    }

    [Fact]
    public async Task A_bounce_is_committed_with_the_end_that_causes_it()
    {
        var ends = new List<DeliveryEnd>();
        QueueFixture? fixture = null;
        await using var owner = fixture = new QueueFixture
        {
            Hook = async (end, _) =>
            {
                ends.Add(end);
                if (end.State != DeliveryState.Dead)
                    return null;
                var staged = await SampleMail.StageAsync(fixture!.Spool, "bounce", [1, 2, 3]);
                var delivery = SampleMail.Delivery("b1", "bounce", fixture.Now, "outbound");
                return new NewMail(staged, SampleMail.Message(staged, fixture.Now, ""), [delivery]);
            },
        };
        var hook = fixture.Add(QueueFixture.Destination() with { OnFailure = "bounce" });
        var outbound = fixture.Add(QueueFixture.Destination("outbound"));
        await fixture.StartAsync();
        var id = await fixture.AcceptAsync();
        (await hook.NextAsync()).End(new DeliveryOutcome.Failed("550 no such user"));
        var bounce = await outbound.NextAsync();
        Assert.Equal(("b1", ""), (bounce.Id, bounce.Attempt.Message.Envelope.Sender));
        Assert.Equal(DeliveryState.Dead, (await fixture.FindAsync(id)).State);
        bounce.End(new DeliveryOutcome.Delivered("250"));
        await fixture.Log.NextAsync(QueueFixture.Delivered);
        Assert.Equal(
            [(id, DeliveryState.Dead, false), ("b1", DeliveryState.Delivered, false)],
            ends.Select(end => (end.Delivery.Id, end.State, end.Expired)));
    }

    [Fact]
    public async Task Only_the_deferred_recipients_are_tried_again()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add();
        await fixture.StartAsync();
        var id = await fixture.AcceptAsync();
        var attempt = await target.NextAsync();
        var (ann, bob) = (attempt.Attempt.Delivery.Recipients[0], attempt.Attempt.Delivery.Recipients[1]);
        attempt.End(
            new DeliveryOutcome.PerRecipient(
                "bob: 450", [new(ann, new DeliveryOutcome.Delivered("250 saved")), new(bob, new DeliveryOutcome.RetryLater("450"))]));
        await fixture.Log.NextAsync(QueueFixture.Retrying);
        fixture.Clock.Advance(TimeSpan.FromSeconds(5));
        var again = await target.NextAsync();
        Assert.Equal([bob], again.Attempt.Delivery.Recipients);
        again.End(new DeliveryOutcome.PerRecipient("no", [new(bob, new DeliveryOutcome.Failed("550"))]));
        await fixture.Log.NextAsync(QueueFixture.Dead);
        var deliveries = await fixture.Spool.FindDeliveriesAsync(id, None);
        Assert.Equal(
            [(DeliveryState.Dead, bob), (DeliveryState.Delivered, ann)],
            deliveries.Select(delivery => (delivery.State, delivery.Recipients.Single())));
        // A recipient's record carries what that recipient was told.
        Assert.Equal(["550", "250 saved"], deliveries.Select(delivery => delivery.LastReply?.Text));
    }

    [Fact]
    public async Task A_delivery_that_is_never_accepted_is_given_up_at_its_maximum_age_after_a_last_attempt()
    {
        await using var fixture = new QueueFixture();
        var retry = new RetryOptions { Jitter = 0, Schedule = [TimeSpan.FromHours(1)], MaximumAge = TimeSpan.FromHours(2.5) };
        var target = fixture.Add(QueueFixture.Destination() with { Retry = retry, Circuit = new CircuitOptions { Failures = 100 } });
        await fixture.StartAsync();
        var id = await fixture.AcceptAsync();
        foreach (var minutes in new[] { 60, 60, 30 })
        {
            (await target.NextAsync()).End(new DeliveryOutcome.RetryLater("no route"));
            await fixture.Log.NextAsync(QueueFixture.Retrying);
            fixture.Clock.Advance(TimeSpan.FromMinutes(minutes));
        }
        (await target.NextAsync()).End(new DeliveryOutcome.RetryLater("no route"));
        await fixture.Log.NextAsync(QueueFixture.Dead);
        Assert.Equal("given up after 4 attempts: no route", (await fixture.FindAsync(id)).LastReply?.Text);
    }
}
