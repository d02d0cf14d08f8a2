using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Contract;

/// <summary>Versions: a change that expects another version than the stored one changes nothing.</summary>
public abstract class CompletionContract : SpoolContract
{
    [Fact]
    public async Task Every_change_adds_one_to_the_version()
    {
        await AddAsync("d1");
        Assert.Equal(0, (await FindAsync("d1")).Version);
        await CompleteAsync(await FindAsync("d1"), DeliveryState.Retrying);
        Assert.Equal(1, (await FindAsync("d1")).Version);
        var changed = await Spool.ChangeAsync(Change(DeliveryChangeKind.Cancel), null, None);
        Assert.Equal(2, Assert.Single(changed.Changed).Version);
        Assert.Equal(2, (await FindAsync("d1")).Version);
        await Spool.EraseAsync("d1", Now, None);
        Assert.Equal(3, (await FindAsync("d1")).Version);
        await ReopenAsync();
        Assert.Equal(3, (await FindAsync("d1")).Version);
    }

    [Fact]
    public async Task A_completion_that_expects_another_version_changes_nothing()
    {
        await AddAsync("d1");
        var before = await FindAsync("d1");
        await Spool.ChangeAsync(Change(DeliveryChangeKind.Cancel), null, None);
        await using var staged = await SampleMail.StageAsync(Spool, "bounce", [1]);
        var completion = new DeliveryCompletion
        {
            Delivery = before with { State = DeliveryState.Retrying, Attempts = 1 },
            Attempt = new FailedAttempt(1, Now, TimeSpan.Zero, "retry", DeliveryReply.FromText("later")),
            Added = [SampleMail.Delivery("split", "d1", Now)],
            FollowUps = [new NewMail(staged, SampleMail.Message(staged, Now, ""), [SampleMail.Delivery("b1", "bounce", Now)])],
        };
        var tallies = await ReadTalliesAsync();
        Assert.Equal(CompletionResult.Changed, await Spool.CompleteAsync(completion, None));
        Assert.Equal((DeliveryState.Cancelled, 0), ((await FindAsync("d1")).State, (await FindAsync("d1")).Attempts));
        Assert.Empty(await Spool.ListAttemptsAsync("d1", None));
        Assert.Single(await Spool.FindDeliveriesAsync("d1", None));
        Assert.Null(await Spool.FindMessageAsync("bounce", None));
        Assert.Equal(tallies, await ReadTalliesAsync());
    }

    [Fact]
    public async Task Of_two_completions_of_one_version_one_counts()
    {
        await AddAsync("d1");
        var before = await FindAsync("d1");
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => CompleteAsync(before, DeliveryState.Retrying))));
        Assert.Single(results, result => result == CompletionResult.Recorded);
        Assert.Equal(7, results.Count(result => result == CompletionResult.Changed));
    }

    [Fact]
    public async Task A_completion_of_a_delivery_that_is_gone_says_so()
    {
        await AddAsync("d1");
        Assert.Equal(CompletionResult.Gone, await CompleteAsync(await FindAsync("d1") with { Id = "d2" }, DeliveryState.Delivered));
    }

    [Fact]
    public async Task A_delivery_that_ends_after_its_cancellation_is_recorded_on_top_of_it()
    {
        await AddAsync("d1");
        var delivered = await FindAsync("d1") with { State = DeliveryState.Delivered, Attempts = 1, EndedAt = Now };
        var attempted = new DeliveryCompletion { Delivery = delivered };
        await Spool.ChangeAsync(Change(DeliveryChangeKind.Cancel), null, None);
        Assert.Equal(CompletionResult.Changed, await Spool.CompleteAsync(attempted, None));
        var rebased = DeliveryTransitions.Rebase(attempted, await FindAsync("d1"), Now)!;
        Assert.Equal(CompletionResult.Recorded, await Spool.CompleteAsync(rebased, None));
        Assert.Equal((DeliveryState.Delivered, 2), ((await FindAsync("d1")).State, (await FindAsync("d1")).Version));
        Assert.Equal([("hook", DeliveryState.Delivered, 1L)], await ReadTalliesAsync());
    }

    /// <summary>Also where the message was erased meanwhile.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_delivery_keeps_when_the_attempt_that_delivered_it_began(bool erased)
    {
        await AddAsync("d1");
        var began = Now.AddMilliseconds(-1500);
        var delivered = await FindAsync("d1") with { State = DeliveryState.Delivered, Attempts = 1, NextAttemptAt = began, EndedAt = Now };
        if (erased)
            await Spool.EraseAsync("d1", Now, None);
        var completion = DeliveryTransitions.Rebase(new DeliveryCompletion { Delivery = delivered }, await FindAsync("d1"), Now)!;
        Assert.Equal(CompletionResult.Recorded, await Spool.CompleteAsync(completion, None));
        await ReopenAsync();
        var kept = await FindAsync("d1");
        Assert.Equal((DeliveryState.Delivered, began, Now), (kept.State, kept.NextAttemptAt, kept.EndedAt!.Value));
    }

    [Fact]
    public async Task An_attempt_that_fails_after_a_cancellation_is_recorded_with_what_follows_from_it()
    {
        await AddAsync("d1");
        await Spool.ChangeAsync(Change(DeliveryChangeKind.Cancel), null, None);
        var reply = DeliveryReply.FromText("550 no");
        var failed = new DeliveryCompletion
        {
            Delivery = await FindAsync("d1") with { State = DeliveryState.Dead, Attempts = 1, EndedAt = Now, LastReply = reply },
            Attempt = new FailedAttempt(1, Now, TimeSpan.Zero, "failed", reply),
            Added = [SampleMail.Delivery("split", "d1", Now)],
        };
        Assert.Equal(CompletionResult.Recorded, await Spool.CompleteAsync(failed, None));
        Assert.Equal((DeliveryState.Dead, "550 no"), ((await FindAsync("d1")).State, (await FindAsync("d1")).LastReply?.Text));
        Assert.Equal(DeliveryState.Pending, (await FindAsync("split")).State);
        Assert.Equal("550 no", Assert.Single(await Spool.ListAttemptsAsync("d1", None)).Reply.Text);
    }

    [Fact]
    public async Task A_bounce_that_would_quote_an_erased_mail_is_not_kept_in_memory_either()
    {
        await AddAsync("d1");
        await Spool.EraseAsync("d1", Now, None);
        await using var staged = await SampleMail.StageAsync(Spool, "bounce", [1]);
        var completion = new DeliveryCompletion
        {
            Delivery = await FindAsync("d1") with { State = DeliveryState.Dead, Attempts = 1, EndedAt = Now },
            FollowUps = [new NewMail(staged, SampleMail.Message(staged, Now, ""), [SampleMail.Delivery("b1", "bounce", Now)])],
        };
        Assert.Equal(CompletionResult.Recorded, await Spool.CompleteAsync(completion, None));
        Assert.Null(await Spool.FindMessageAsync("bounce", None));
        Assert.Null(await Spool.OpenContentAsync("bounce", None));
    }

    [Fact]
    public async Task Recipients_that_a_delivered_mail_had_already_lost_are_not_recorded_as_delivered()
    {
        await AddAsync("d1");
        var before = await FindAsync("d1");
        var left = before.Recipients[1] with { Reply = DeliveryReply.FromText("250 saved") };
        var delivered = before with { State = DeliveryState.Delivered, Attempts = 1, EndedAt = Now, Recipients = [left] };
        Assert.Equal(CompletionResult.Recorded,
            await Spool.CompleteAsync(new DeliveryCompletion { Delivery = delivered, RecipientsChanged = true }, None));
        Assert.Equal([left], (await FindAsync("d1")).Recipients);
    }

    [Theory]
    [InlineData(DeliveryState.Delivered, DeliveryState.Delivered)]
    [InlineData(DeliveryState.Dead, DeliveryState.Cancelled)]
    [InlineData(DeliveryState.Retrying, DeliveryState.Cancelled)]
    public async Task Of_an_attempt_during_which_the_message_was_erased_only_a_delivery_is_kept(
        DeliveryState outcome, DeliveryState expected)
    {
        await AddAsync("d1");
        var reply = DeliveryReply.FromText("a word of the mail");
        var attempted = new DeliveryCompletion
        {
            Delivery = await FindAsync("d1") with { State = outcome, Attempts = 1, EndedAt = Now, LastReply = reply },
            Attempt = outcome == DeliveryState.Delivered ? null : new FailedAttempt(1, Now, TimeSpan.Zero, "failed", reply),
            Added = [SampleMail.Delivery("split", "d1", Now)],
        };
        Assert.Single((await Spool.EraseAsync("d1", Now, None))!);
        Assert.Equal(CompletionResult.Changed, await Spool.CompleteAsync(attempted, None));
        var rebased = DeliveryTransitions.Rebase(attempted, await FindAsync("d1"), Now)!;
        Assert.Equal(CompletionResult.Recorded, await Spool.CompleteAsync(rebased, None));
        var kept = Assert.Single(await Spool.FindDeliveriesAsync("d1", None));
        Assert.Equal(expected, kept.State);
        Assert.DoesNotContain("word", kept.LastReply?.Text ?? "", StringComparison.Ordinal);
        Assert.All(await Spool.ListAttemptsAsync("d1", None),
            attempt => Assert.DoesNotContain("word", attempt.Reply.Text, StringComparison.Ordinal));
    }

    private DeliveryChange Change(DeliveryChangeKind kind) => new() { Kind = kind, Filter = new DeliveryFilter { Id = "d1" }, At = Now };

    private async Task<CompletionResult> CompleteAsync(SpooledDelivery delivery, DeliveryState state) =>
        await Spool.CompleteAsync(new DeliveryCompletion { Delivery = delivery with { State = state, Attempts = delivery.Attempts + 1 } },
            None);
}
