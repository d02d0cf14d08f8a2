using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Reception.Asking;

/// <summary>One destination is asked while the sender waits: each answer, what the sender hears, and what is on record.</summary>
public class AskFirstTests
{
    [Fact]
    public async Task Nothing_is_stored_before_the_answer_and_everything_before_the_250()
    {
        await using var scene = await AskScene.CreateAsync();
        var sent = scene.SendAsync();
        var asked = await scene.Hook.NextAsync();
        Assert.Equal((0, false), (await scene.MessagesAsync(), sent.IsCompleted));
        asked.End(AskScene.Taken);
        var reply = await sent;
        Assert.Equal("250 2.0.0", $"{reply.Code} {reply.Enhanced}");
        var delivery = await scene.OnlyDeliveryAsync();
        Assert.Equal((DeliveryState.Delivered, 1, "200 OK"), (delivery.State, delivery.Attempts, delivery.LastReply?.Text));
        Assert.Equal((asked.Id, scene.Reception.Clock.GetUtcNow()), (delivery.Id, delivery.EndedAt));
        Assert.Equal(1, await scene.MessagesAsync());
        Assert.EndsWith("It broke\r\n", await scene.Reception.StoredAsync(delivery.MessageId), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_destination_gets_the_mail_as_a_first_attempt()
    {
        await using var scene = await AskScene.CreateAsync();
        var sent = scene.SendAsync();
        var (delivery, message, content, number) = (await scene.Hook.NextAsync()).Attempt;
        Assert.Equal((1, "all", "support@example.com", "Help"), (
            number, delivery.Rule, Assert.Single(delivery.Recipients).Address, message.Subject));
        Assert.Equal(message.Size, content.Length);
        Assert.Equal(message.Id, delivery.MessageId);
        await scene.Reception.Queue.StopAsync(TimeSpan.Zero);
        Assert.Equal(250, (await sent).Code);
    }

    [Fact]
    public async Task A_refusal_is_told_in_the_destinations_words_and_leaves_nothing_behind()
    {
        await using var scene = await AskScene.CreateAsync();
        var reply = await scene.SendAsync(AskScene.Refusal(isTemporary: false, "550 5.1.1 No such\r\n250 tenant"));
        Assert.Equal("554 5.7.1 No such 250 tenant", $"{reply.Code} {reply.Enhanced} {reply.Text}");
        Assert.Equal(("webhook_reject", "all"), (reply.Reason, reply.LogRule));
        Assert.StartsWith("hook: 422", reply.LogDetail, StringComparison.Ordinal);
        Assert.Equal((0, 0), (await scene.MessagesAsync(), (await scene.Reception.DeliveriesAsync()).Count));
    }

    [Fact]
    public async Task A_temporary_refusal_leaves_nothing_behind_either()
    {
        await using var scene = await AskScene.CreateAsync();
        var reply = await scene.SendAsync(AskScene.Refusal(isTemporary: true, "say nothing of this"));
        Assert.Equal(("451 4.3.0", "webhook_defer"), ($"{reply.Code} {reply.Enhanced}", reply.Reason));
        Assert.DoesNotContain("say nothing", reply.Text, StringComparison.Ordinal);
        Assert.Equal(0, await scene.MessagesAsync());
    }

    [Fact]
    public async Task Without_an_answer_the_queue_takes_over_with_the_same_id_and_the_attempt_in_its_history()
    {
        await using var scene = await AskScene.CreateAsync();
        var sent = scene.SendAsync();
        var asked = await scene.Hook.NextAsync();
        asked.End(new DeliveryOutcome.RetryLater("no connection: refused"));
        Assert.Equal(250, (await sent).Code);
        var waits = await scene.OnlyDeliveryAsync();
        Assert.Equal((DeliveryState.Retrying, 1, "no connection: refused"), (waits.State, waits.Attempts, waits.LastReply?.Text));
        var attempt = Assert.Single(await scene.Reception.Spool.ListAttemptsAsync(waits.Id, CancellationToken.None));
        Assert.Equal((1, "retry", "no connection: refused"), (attempt.Number, attempt.Outcome, attempt.Reply.Text));

        scene.Reception.Clock.Advance(TimeSpan.FromSeconds(5));
        var again = await scene.Hook.NextAsync();
        Assert.Equal((asked.Id, 2, true), (again.Id, again.Attempt.Number, again.Attempt.Ask is null));
        again.End(AskScene.Taken);
        Assert.Equal(2, (await scene.UntilAsync(delivery => delivery.State == DeliveryState.Delivered)).Attempts);
    }

    /// <summary>The wait for memory to compose a large request counts, too: nothing has been sent then.</summary>
    [Fact]
    public async Task When_the_time_is_over_before_anything_was_sent_the_queue_begins_at_once()
    {
        await using var scene = await AskScene.CreateAsync();
        var sent = scene.SendAsync();
        var asked = await scene.Hook.NextAsync();
        Assert.Equal(TimeSpan.FromSeconds(30), asked.Attempt.Ask!.Left);
        scene.Reception.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(250, (await sent).Code);
        var queued = await scene.Hook.NextAsync();
        Assert.Equal((asked.Id, 1), (queued.Id, queued.Attempt.Number));
        queued.End(AskScene.Taken);
    }

    [Fact]
    public async Task A_destination_that_is_gone_is_paused_and_the_mail_is_queued_as_is_the_next()
    {
        await using var scene = await AskScene.CreateAsync();
        Assert.Equal(250, (await scene.SendAsync(new DeliveryOutcome.PauseDestination("410 Gone"))).Code);
        Assert.Equal((DeliveryState.Retrying, 1), ((await scene.OnlyDeliveryAsync()).State, (await scene.OnlyDeliveryAsync()).Attempts));
        Assert.Equal("410 Gone", (await scene.Reception.Spool.ReadPausesAsync(CancellationToken.None))["hook"]);
        Assert.Equal(250, (await scene.SendAsync("other@example.com")).Code);
        Assert.Equal(0, (await scene.UntilAsync(delivery => delivery.State == DeliveryState.Pending)).Attempts);
    }

    [Fact]
    public async Task A_mail_that_the_destination_drops_is_accepted_and_on_record()
    {
        await using var scene = await AskScene.CreateAsync();
        Assert.Equal(250, (await scene.SendAsync(new DeliveryOutcome.Discarded("406 Not Acceptable"))).Code);
        var delivery = await scene.OnlyDeliveryAsync();
        Assert.Equal((DeliveryState.Cancelled, "406 Not Acceptable"), (delivery.State, delivery.LastReply?.Text));
    }

    [Fact]
    public async Task A_failure_that_is_no_refusal_is_accepted_and_ends_as_on_failure_says()
    {
        await using var scene = await AskScene.CreateAsync();
        Assert.Equal(250, (await scene.SendAsync(new DeliveryOutcome.Failed("409 Conflict"))).Code);
        var dead = await scene.OnlyDeliveryAsync();
        Assert.Equal((DeliveryState.Dead, "hook"), (dead.State, dead.Destination));

        await using var handing = await AskScene.CreateAsync(change: hook => hook with { OnFailure = "other" });
        Assert.Equal(250, (await handing.SendAsync(new DeliveryOutcome.Failed("409 Conflict"))).Code);
        Assert.Equal("other", (await handing.UntilAsync(delivery => delivery.State == DeliveryState.Delivered)).Destination);
        Assert.StartsWith("handed over to other", (await handing.UntilAsync(
            delivery => delivery.State == DeliveryState.Cancelled)).LastReply!.Text, StringComparison.Ordinal);
    }

    /// <summary>With <c>retain.delivered: 0s</c> there is nothing to keep, so there is nothing to wait for either.</summary>
    [Fact]
    public async Task Where_nothing_is_retained_a_mail_that_was_taken_is_not_stored()
    {
        await using var scene = await AskScene.CreateAsync();
        scene.Reception.Spool.Replace(scene.Reception.Spool.Options with { RetainDelivered = TimeSpan.Zero });
        Assert.Equal(250, (await scene.SendAsync(AskScene.Taken)).Code);
        Assert.Equal(0, await scene.MessagesAsync());
        Assert.Equal(250, (await scene.SendAsync(new DeliveryOutcome.RetryLater("no answer"))).Code);
        Assert.Equal(1, await scene.MessagesAsync());
    }

    /// <summary>A report about a mail that is not in the spool yet quotes it all the same.</summary>
    [Fact]
    public async Task The_sender_can_be_told_of_a_delivery_together_with_its_commit()
    {
        await using var scene = await AskScene.CreateAsync();
        var told = new List<(DeliveryState State, long? Octets)>();
        scene.Reception.Queue.Ended = (end, _) =>
        {
            told.Add((end.State, end.Content?.Length));
            return ValueTask.FromResult<NewMail?>(null);
        };
        await scene.SendAsync(AskScene.Taken);
        var (state, octets) = Assert.Single(told);
        var message = (await scene.Reception.Spool.ListMessagesAsync(new MessageFilter(), null, 1, CancellationToken.None)).Items[0];
        Assert.Equal((DeliveryState.Delivered, message.Size), (state, octets));
    }

    [Fact]
    public async Task A_fault_of_our_own_is_no_refusal()
    {
        await using var scene = await AskScene.CreateAsync();
        scene.Hook.Always = attempt => attempt.Ask is null ? AskScene.Taken : throw new InvalidOperationException("bug");
        Assert.Equal(250, (await scene.SendAsync()).Code);
        Assert.Equal("internal error: InvalidOperationException", (await scene.OnlyDeliveryAsync()).LastReply?.Text);
    }

    [Fact]
    public async Task A_replay_has_a_new_id_and_goes_through_the_queue()
    {
        await using var scene = await AskScene.CreateAsync();
        await scene.SendAsync(AskScene.Taken);
        var first = await scene.OnlyDeliveryAsync();
        Assert.Equal(1, await scene.Reception.Queue.ReplayAsync(first.MessageId, CancellationToken.None));
        var again = await scene.Hook.NextAsync();
        Assert.NotEqual(first.Id, again.Id);
        Assert.Equal((true, null), (again.Attempt.Delivery.IsReplay, again.Attempt.Ask));
        again.End(AskScene.Taken);
    }

    [Fact]
    public async Task A_held_mail_is_asked_about_when_it_is_released_by_the_queue_alone()
    {
        await using var scene = await AskScene.CreateAsync("rules: [{ name: all, when: { recipient: '*' }, then: [hold: why] }]");
        Assert.Equal(250, (await scene.SendAsync()).Code);
        Assert.Equal(1, await scene.Reception.Queue.ReleaseAsync(new DeliveryFilter(), "hook", CancellationToken.None));
        var attempt = await scene.Hook.NextAsync();
        Assert.Null(attempt.Attempt.Ask);
        attempt.End(AskScene.Taken);
    }

    [Theory]
    [InlineData("webhook: { destination: other, mode: sync }")]
    [InlineData("webhook: { destination: hook, mode: queue }")]
    public async Task A_rule_may_choose_the_mode(string action)
    {
        await using var scene = await AskScene.CreateAsync($"rules: [{{ name: all, when: {{ recipient: '*' }}, then: [{action}] }}]");
        var isAsked = false;
        scene.Other.Always = attempt =>
        {
            isAsked = attempt.Ask is not null;
            return AskScene.Taken;
        };
        scene.Hook.Always = attempt =>
        {
            isAsked = attempt.Ask is not null;
            return AskScene.Taken;
        };
        Assert.Equal(250, (await scene.SendAsync()).Code);
        await scene.UntilAsync(delivery => delivery.State == DeliveryState.Delivered);
        Assert.Equal(action.Contains("sync", StringComparison.Ordinal), isAsked);
    }
}
