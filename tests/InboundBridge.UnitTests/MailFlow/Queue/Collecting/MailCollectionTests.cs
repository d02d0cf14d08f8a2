using InboundBridge.MailFlow.Queue.Collecting;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Queue.Collecting;

/// <summary>Collections (ATRN) with a real queue and spool: what is sent to whom, and what is on record after it.</summary>
public class MailCollectionTests
{
    [Fact]
    public async Task Mail_is_sent_in_the_order_of_its_arrival_and_recorded_mail_by_mail()
    {
        await using var fixture = await new CollectingFixture().StartAsync();
        var ids = new[] { await fixture.AcceptAsync("a@branch.example"), await fixture.AcceptAsync("b@branch.example") };
        var states = new List<DeliveryState>();
        fixture.Target.Answer = attempt =>
        {
            // The one before is durable when the next one begins.
            if (attempt.Delivery.Id == ids[1])
                states.Add(fixture.Base.FindAsync(ids[0]).GetAwaiter().GetResult().State);
            return (new DeliveryOutcome.Delivered("250 OK"), true);
        };
        Assert.Equal([$"{ids[0]} a@branch.example", $"{ids[1]} b@branch.example"], await fixture.CollectAsync());
        Assert.Equal([DeliveryState.Delivered], states);
        var delivery = await fixture.Base.FindAsync(ids[1]);
        Assert.Equal((DeliveryState.Delivered, 1, "250 OK"), (delivery.State, delivery.Attempts, delivery.LastReply?.Text));
        Assert.Equal((1, 1), (fixture.Target.Sessions, fixture.Target.Goodbyes));
        Assert.Equal(
            "collected user=al host=192.0.2.9 mails=2 outcome=ended", await fixture.Base.Log.NextAsync(CollectingFixture.Collected));
        Assert.Null(await fixture.CollectAsync());
    }

    [Fact]
    public async Task Mail_of_others_stays_and_a_mail_for_both_is_sent_to_each_of_them_once()
    {
        await using var fixture = await new CollectingFixture().StartAsync();
        var other = await fixture.AcceptAsync("a@other.example");
        var both = await fixture.AcceptAsync("b@branch.example", "c@other.example");
        Assert.Equal([$"{both} b@branch.example"], await fixture.CollectAsync());
        var rest = await fixture.Base.FindAsync(both);
        Assert.Equal(("c@other.example", DeliveryState.Retrying), (Assert.Single(rest.Recipients).Address, rest.State));
        var deliveries = await fixture.Base.Spool.FindDeliveriesAsync(rest.MessageId, CancellationToken.None);
        Assert.Equal("b@branch.example", Assert.Single(deliveries, one => one.State == DeliveryState.Delivered).Recipients[0].Address);
        Assert.Null(await fixture.CollectAsync());
        Assert.Equal([$"{both} c@other.example", $"{other} a@other.example"], await fixture.CollectAsync("bo", "other.example"));
    }

    [Fact]
    public async Task What_the_receiver_defers_is_tried_once_now_and_again_the_next_time_whatever_the_schedule()
    {
        await using var fixture = await new CollectingFixture().StartAsync();
        var first = await fixture.AcceptAsync("a@branch.example");
        var second = await fixture.AcceptAsync("b@branch.example");
        DeliveryOutcome later = new DeliveryOutcome.RetryLater("451 later", Answered: true);
        fixture.Target.Answer = attempt => (attempt.Delivery.Id == first ? later : new DeliveryOutcome.Delivered("250"), true);
        Assert.Equal([$"{first} a@branch.example", $"{second} b@branch.example"], await fixture.CollectAsync());
        fixture.Base.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([$"{first} a@branch.example"], await fixture.CollectAsync());
        var delivery = await fixture.Base.FindAsync(first);
        Assert.Equal((DeliveryState.Retrying, 2), (delivery.State, delivery.Attempts));
        var attempts = await fixture.Base.Spool.ListAttemptsAsync(first, CancellationToken.None);
        Assert.Equal([(1, "retry"), (2, "retry")], attempts.Select(attempt => (attempt.Number, attempt.Outcome)));
    }

    [Fact]
    public async Task A_refusal_ends_the_delivery_as_it_does_with_any_relay()
    {
        await using var fixture = await new CollectingFixture().StartAsync();
        var id = await fixture.AcceptAsync("a@branch.example");
        fixture.Target.Answer = _ => (new DeliveryOutcome.Failed("550 no such user"), true);
        await fixture.CollectAsync();
        Assert.Equal(DeliveryState.Dead, (await fixture.Base.FindAsync(id)).State);
        Assert.Null(await fixture.CollectAsync());
    }

    [Fact]
    public async Task A_lost_connection_leaves_the_rest_untouched_and_opens_no_circuit()
    {
        await using var fixture = await new CollectingFixture(
            options => options with { Circuit = new CircuitOptions { Failures = 1 } }).StartAsync();
        var first = await fixture.AcceptAsync("a@branch.example");
        var second = await fixture.AcceptAsync("b@branch.example");
        fixture.Target.Answer = _ => (new DeliveryOutcome.RetryLater("connection lost"), false);
        Assert.Equal([$"{first} a@branch.example"], await fixture.CollectAsync());
        Assert.Equal(0, fixture.Target.Goodbyes);
        var untouched = await fixture.Base.FindAsync(second);
        Assert.Equal((DeliveryState.Pending, 0), (untouched.State, untouched.Attempts));
        var status = Assert.Single(await fixture.Base.Queue.ListDestinationsAsync(CancellationToken.None));
        Assert.Equal((true, true, 0), (status.Up, status.OnDemand, status.Active));
        fixture.Target.Answer = _ => (new DeliveryOutcome.Delivered("250"), true);
        Assert.Equal([$"{first} a@branch.example", $"{second} b@branch.example"], await fixture.CollectAsync());
    }

    /// <summary>Otherwise its history would grow with every connection.</summary>
    [Fact]
    public async Task A_receiver_that_is_never_heard_leaves_the_delivery_as_it_was()
    {
        await using var fixture = await new CollectingFixture().StartAsync();
        var whole = await fixture.AcceptAsync("a@branch.example");
        var shared = await fixture.AcceptAsync("b@branch.example", "c@other.example");
        fixture.Target.IsUnheard = true;
        fixture.Target.Answer = _ => (new DeliveryOutcome.RetryLater("connection lost"), false);
        for (var time = 0; time < 3; time++)
        {
            Assert.Single((await fixture.CollectAsync())!);
            Assert.Single((await fixture.CollectAsync("bo", "other.example"))!);
        }
        foreach (var id in new[] { whole, shared })
        {
            var delivery = await fixture.Base.FindAsync(id);
            Assert.Equal((DeliveryState.Pending, 0, null), (delivery.State, delivery.Attempts, delivery.LastReply));
            Assert.Empty(await fixture.Base.Spool.ListAttemptsAsync(id, CancellationToken.None));
        }
        Assert.Equal(0, await fixture.Base.ActiveAsync("branch"));
        fixture.Target.IsUnheard = false;
        fixture.Target.Answer = _ => (new DeliveryOutcome.Delivered("250"), true);
        Assert.Equal([$"{whole} a@branch.example", $"{shared} b@branch.example"], await fixture.CollectAsync());
        Assert.Equal(1, (await fixture.Base.FindAsync(whole)).Attempts);
    }

    [Fact]
    public async Task A_shutdown_ends_a_collection_between_two_mails()
    {
        await using var fixture = await new CollectingFixture().StartAsync();
        var first = await fixture.AcceptAsync("a@branch.example");
        var second = await fixture.AcceptAsync("b@branch.example");
        using var shutdown = new CancellationTokenSource();
        fixture.Target.Answer = _ =>
        {
            shutdown.Cancel();
            return (new DeliveryOutcome.Delivered("250"), true);
        };
        Assert.Equal([$"{first} a@branch.example"], await fixture.CollectAsync(shutdown: shutdown.Token));
        Assert.Equal(1, fixture.Target.Goodbyes);
        Assert.Equal((DeliveryState.Delivered, DeliveryState.Pending), (
            (await fixture.Base.FindAsync(first)).State, (await fixture.Base.FindAsync(second)).State));
    }

    [Fact]
    public async Task A_queue_that_stops_waits_for_the_mail_under_way_and_begins_no_other()
    {
        await using var fixture = await new CollectingFixture().StartAsync();
        var first = await fixture.AcceptAsync("a@branch.example");
        var second = await fixture.AcceptAsync("b@branch.example");
        var stop = Task.CompletedTask;
        fixture.Target.Answer = _ =>
        {
            stop = fixture.Base.Queue.StopAsync(TimeSpan.FromMinutes(1));
            Assert.False(stop.IsCompleted);
            return (new DeliveryOutcome.Delivered("250"), true);
        };
        Assert.Equal([$"{first} a@branch.example"], await fixture.CollectAsync());
        await stop.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal((DeliveryState.Delivered, DeliveryState.Pending), (
            (await fixture.Base.FindAsync(first)).State, (await fixture.Base.FindAsync(second)).State));
    }

    [Fact]
    public async Task After_a_crash_the_mail_in_flight_is_sent_again()
    {
        await using var fixture = await new CollectingFixture().StartAsync();
        var id = await fixture.AcceptAsync("a@branch.example");
        // The collection never ends: its process does.
        Assert.IsType<CollectionAnswer.Begun>(await fixture.BeginAsync());
        await fixture.Base.Spool.DisposeAsync();
        await fixture.Base.StartAsync();
        Assert.Equal([$"{id} a@branch.example"], await fixture.CollectAsync());
    }

    [Fact]
    public async Task A_user_collects_once_at_a_time_and_a_collection_that_never_ran_gives_its_mail_back()
    {
        await using var fixture = await new CollectingFixture().StartAsync();
        var id = await fixture.AcceptAsync("a@branch.example");
        var begun = Assert.IsType<CollectionAnswer.Begun>(await fixture.BeginAsync());
        Assert.IsType<CollectionAnswer.Unable>(await fixture.BeginAsync());
        Assert.IsType<CollectionAnswer.Nothing>(await fixture.BeginAsync("bo"));
        await begun.Collection.DisposeAsync();
        Assert.Equal(0, await fixture.Base.ActiveAsync("branch"));
        Assert.Equal([$"{id} a@branch.example"], await fixture.CollectAsync());
        Assert.Equal(1, (await fixture.Base.FindAsync(id)).Attempts);
    }

    [Fact]
    public async Task Only_so_many_users_collect_at_a_time()
    {
        await using var fixture = await new CollectingFixture(limits: new MailQueueOptions { Collections = 1 }).StartAsync();
        await fixture.AcceptAsync("a@branch.example");
        await fixture.AcceptAsync("b@branch.example");
        var begun = Assert.IsType<CollectionAnswer.Begun>(await fixture.BeginAsync());
        Assert.IsType<CollectionAnswer.Unable>(await fixture.BeginAsync("bo"));
        await begun.Collection.DisposeAsync();
        Assert.Equal(2, (await fixture.CollectAsync("bo"))!.Count);
    }

    [Fact]
    public async Task A_collection_ends_after_so_many_mails()
    {
        await using var fixture = await new CollectingFixture(limits: new MailQueueOptions { MailsPerCollection = 2 }).StartAsync();
        for (var number = 0; number < 5; number++)
            await fixture.AcceptAsync("a@branch.example");
        Assert.Equal(2, (await fixture.CollectAsync())!.Count);
        Assert.Equal(2, (await fixture.CollectAsync())!.Count);
        Assert.Single((await fixture.CollectAsync())!);
        Assert.Equal(3, fixture.Target.Goodbyes);
    }

    [Fact]
    public async Task A_collection_that_takes_too_long_ends_after_its_mail()
    {
        await using var fixture = await new CollectingFixture().StartAsync();
        await fixture.AcceptAsync("a@branch.example");
        await fixture.AcceptAsync("b@branch.example");
        fixture.Target.Answer = _ =>
        {
            fixture.Base.Clock.Advance(TimeSpan.FromHours(2));
            return (new DeliveryOutcome.Delivered("250"), true);
        };
        Assert.Single((await fixture.CollectAsync())!);
        Assert.Single((await fixture.CollectAsync())!);
    }

    [Fact]
    public async Task At_a_paused_destination_nothing_can_be_collected_now()
    {
        await using var fixture = await new CollectingFixture().StartAsync();
        await fixture.AcceptAsync("a@branch.example");
        await fixture.Base.Queue.PauseAsync("branch", "a person", CancellationToken.None);
        Assert.IsType<CollectionAnswer.Unable>(await fixture.BeginAsync());
        await fixture.Base.Queue.ResumeAsync("branch", CancellationToken.None);
        Assert.Single((await fixture.CollectAsync())!);
    }

    [Fact]
    public async Task A_destination_that_becomes_on_demand_keeps_its_mail_and_one_that_no_longer_is_sends_it()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add(QueueFixture.Destination("branch"));
        await fixture.StartAsync();
        var id = await fixture.AcceptAsync(
            "branch", change: delivery => delivery with { Recipients = [new MailRecipient("a@branch.example")] });
        (await target.NextAsync()).End(new DeliveryOutcome.RetryLater("later"));
        await fixture.Log.NextAsync(QueueFixture.Retrying);
        var kept = new CollectingTarget();
        fixture.Queue.ReplaceDestinations([(QueueFixture.Destination("branch") with { OnDemand = true }, kept)]);
        fixture.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, await fixture.ActiveAsync("branch"));
        var again = new ScriptedTarget();
        fixture.Queue.ReplaceDestinations([(QueueFixture.Destination("branch"), again)]);
        var attempt = again.NextAsync();
        await fixture.AdvanceUntilAsync(attempt);
        Assert.Equal((id, 2), ((await attempt).Id, (await attempt).Attempt.Number));
    }

    [Fact]
    public async Task A_long_search_through_mail_of_others_finds_the_receivers_own()
    {
        await using var fixture = await new CollectingFixture().StartAsync();
        for (var number = 0; number < 1100; number++)
            await fixture.AcceptAsync("a@other.example");
        var id = await fixture.AcceptAsync("a@branch.example");
        Assert.Equal([$"{id} a@branch.example"], await fixture.CollectAsync());
    }
}
