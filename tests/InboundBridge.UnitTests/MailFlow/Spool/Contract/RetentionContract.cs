using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Contract;

/// <summary>Retention: messages with open or held deliveries stay, the others go when their time has come.</summary>
public abstract class RetentionContract : SpoolContract
{
    private static readonly TimeSpan Short = TimeSpan.FromDays(3);

    private static readonly TimeSpan Long = TimeSpan.FromDays(14);

    [Theory]
    [InlineData(DeliveryState.Pending, false, false)]
    [InlineData(DeliveryState.Retrying, false, false)]
    [InlineData(DeliveryState.Held, false, false)]
    [InlineData(DeliveryState.Delivered, true, true)]
    [InlineData(DeliveryState.Dead, false, true)]
    [InlineData(DeliveryState.Cancelled, false, true)]
    public async Task A_message_stays_as_long_as_its_state_says(DeliveryState state, bool goesAfterShort, bool goesAfterLong)
    {
        await AddAsync("d1", delivery => delivery with
        {
            State = state,
            EndedAt = state is DeliveryState.Delivered or DeliveryState.Dead or DeliveryState.Cancelled ? Now : null
        });
        await AdvanceAsync(Short - TimeSpan.FromMinutes(1));
        Assert.Equal(default, await Spool.PurgeAsync(None));
        await AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(goesAfterShort ? 1 : 0, (await Spool.PurgeAsync(None)).Messages);
        await AdvanceAsync(Long);
        Assert.Equal(goesAfterLong && !goesAfterShort ? 1 : 0, (await Spool.PurgeAsync(None)).Messages);
        Assert.Equal(!goesAfterLong, await Spool.FindMessageAsync("d1", None) is not null);
        Assert.Equal(goesAfterLong ? 0 : 1, (await Spool.ReadTotalsAsync(None)).Messages);
        Assert.Equal(goesAfterLong ? 0 : 1, (await ReadTalliesAsync()).Count(tally => tally == ("hook", state, 1L)));
    }

    [Fact]
    public async Task The_last_end_of_a_message_counts()
    {
        await using var staged = await SampleMail.StageAsync(Spool, "m1", [1]);
        var first = SampleMail.Delivery("d1", "m1", Now) with { State = DeliveryState.Delivered, EndedAt = Now };
        await Spool.CommitAsync(staged, SampleMail.Message(staged, Now), [first, SampleMail.Delivery("d2", "m1", Now)], NewClaims.None,
            None);
        await AdvanceAsync(Short + Short);
        Assert.Equal(default, await Spool.PurgeAsync(None));
        await DeliverAsync("d2");
        Assert.Equal(default, await Spool.PurgeAsync(None));
        await AdvanceAsync(Short);
        Assert.Equal(1, (await Spool.PurgeAsync(None)).Messages);
        Assert.Empty(await Spool.FindDeliveriesAsync("m1", None));
    }

    [Fact]
    public async Task Octets_go_early_where_they_are_not_retained_and_the_record_stays()
    {
        Spool.Replace(Options with { RetainBodies = false });
        await AddAsync("d1");
        await DeliverAsync("d1");
        await Spool.PurgeAsync(None);
        Assert.Null(await Spool.OpenContentAsync("d1", None));
        Assert.NotNull(await Spool.FindMessageAsync("d1", None));
        Assert.Equal((1, 0), ((await Spool.ReadTotalsAsync(None)).Messages, (await Spool.ReadTotalsAsync(None)).Bytes));
    }

    [Fact]
    public async Task A_message_that_is_not_retained_goes_with_its_last_delivery()
    {
        Spool.Replace(Options with { RetainDelivered = TimeSpan.Zero });
        await AddAsync("d1");
        await DeliverAsync("d1");
        await Spool.PurgeAsync(None);
        Assert.Null(await Spool.FindMessageAsync("d1", None));
        Assert.Null(await Spool.FindDeliveryAsync("d1", None));
        Assert.Empty(await ReadTalliesAsync());
    }

    [Theory]
    [InlineData(DeliveryState.Pending)]
    [InlineData(DeliveryState.Held)]
    [InlineData(DeliveryState.Dead)]
    [InlineData(DeliveryState.Cancelled)]
    public async Task Where_nothing_is_retained_a_message_stays_for_its_other_delivery(DeliveryState other)
    {
        Spool.Replace(Options with { RetainDelivered = TimeSpan.Zero });
        await AddTwoAsync(second => second with { State = other, EndedAt = Now });
        await DeliverAsync("d1");
        Assert.Equal(other, (await FindAsync("d2")).State);
        using var content = await Spool.OpenContentAsync("m1", None);
        Assert.NotNull(content);
    }

    [Fact]
    public async Task Where_nothing_is_retained_a_dead_letter_is_kept_all_the_same()
    {
        Spool.Replace(Options with { RetainDelivered = TimeSpan.Zero });
        await AddAsync("d1");
        var dead = await FindAsync("d1") with { State = DeliveryState.Dead, Attempts = 1, EndedAt = Now };
        Assert.Equal(CompletionResult.Recorded, await Spool.CompleteAsync(new DeliveryCompletion { Delivery = dead }, None));
        await Spool.PurgeAsync(None);
        Assert.Equal(DeliveryState.Dead, (await FindAsync("d1")).State);
        using var content = await Spool.OpenContentAsync("d1", None);
        Assert.NotNull(content);
    }

    [Fact]
    public async Task Where_nothing_is_retained_the_last_delivery_does_not_take_away_what_follows_from_it()
    {
        Spool.Replace(Options with { RetainDelivered = TimeSpan.Zero });
        await AddAsync("d1");
        await AddAsync("d2");
        var added = SampleMail.Delivery("split", "d1", Now);
        var split = new DeliveryCompletion { Delivery = Delivered(await FindAsync("d1")), Added = [added] };
        Assert.Equal(CompletionResult.Recorded, await Spool.CompleteAsync(split, None));
        Assert.Equal(DeliveryState.Pending, (await FindAsync("split")).State);
        using var content = await Spool.OpenContentAsync("d1", None);
        Assert.NotNull(content);
        await using var staged = await SampleMail.StageAsync(Spool, "report", [1]);
        var reported = new DeliveryCompletion
        {
            Delivery = Delivered(await FindAsync("d2")),
            FollowUps = [new NewMail(staged, SampleMail.Message(staged, Now, ""), [SampleMail.Delivery("r1", "report", Now)])],
        };
        Assert.Equal(CompletionResult.Recorded, await Spool.CompleteAsync(reported, None));
        Assert.NotNull(await Spool.FindMessageAsync("report", None));
        Assert.Equal(DeliveryState.Pending, (await FindAsync("r1")).State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_a_message_that_was_removed_nothing_turns_up_at_the_next_one(bool hasSiblings)
    {
        Spool.Replace(Options with { RetainDelivered = TimeSpan.Zero });
        if (hasSiblings)
        {
            await AddTwoAsync(second => second);
            await DeliverAsync("d2");
        }
        else
            await AddAsync("d1");
        var later = await FindAsync("d1") with { State = DeliveryState.Retrying, Attempts = 1 };
        var attempt = new FailedAttempt(1, Now, TimeSpan.Zero, "retry", DeliveryReply.FromText("451"));
        Assert.Equal(CompletionResult.Recorded,
            await Spool.CompleteAsync(new DeliveryCompletion { Delivery = later, Attempt = attempt }, None));
        await DeliverAsync("d1");
        Assert.Empty(await ReadTalliesAsync());
        // The store may use the numbers of removed rows again.
        await ReopenAsync();
        await AddAsync("d3");
        Assert.Empty(await Spool.ListAttemptsAsync("d3", None));
        Assert.Equal([("hook", DeliveryState.Pending, 1L)], await ReadTalliesAsync());
    }

    [Fact]
    public async Task Two_deliveries_without_a_history_go_with_their_message()
    {
        Spool.Replace(Options with { RetainDelivered = TimeSpan.Zero });
        await AddTwoAsync(second => second);
        await DeliverAsync("d1");
        await DeliverAsync("d2");
        await Spool.PurgeAsync(None);
        Assert.Empty(await ReadTalliesAsync());
        await ReopenAsync();
        await AddAsync("d1");
        Assert.Equal(DeliveryState.Pending, (await FindAsync("d1")).State);
    }

    [Fact]
    public async Task Octets_that_went_early_are_not_subtracted_again_with_their_message()
    {
        Spool.Replace(Options with { RetainBodies = false });
        await AddAsync("d1");
        await DeliverAsync("d1");
        await Spool.PurgeAsync(None);
        await AddAsync("d2");
        await AdvanceAsync(Short);
        Assert.Equal(1, (await Spool.PurgeAsync(None)).Messages);
        Assert.Equal((1, 3), ((await Spool.ReadTotalsAsync(None)).Messages, (await Spool.ReadTotalsAsync(None)).Bytes));
    }

    [Fact]
    public async Task A_message_goes_when_its_time_is_over_and_not_a_pass_later()
    {
        await AddAsync("d1", delivery => delivery with { State = DeliveryState.Delivered, EndedAt = Now });
        await AdvanceAsync(Short);
        Assert.Equal(1, (await Spool.PurgeAsync(None)).Messages);
    }

    [Fact]
    public async Task A_delivery_that_is_claimed_is_open_and_stays()
    {
        await AddAsync("d1", claims: NewClaims.All(new ClaimTerms("node a", TimeSpan.FromSeconds(30))));
        await AdvanceAsync(Long + Long);
        Assert.Equal(default, await Spool.PurgeAsync(None));
        Assert.NotNull(await Spool.FindDeliveryAsync("d1", None));
    }

    private async Task DeliverAsync(string id) => Assert.Equal(
        CompletionResult.Recorded, await Spool.CompleteAsync(new DeliveryCompletion { Delivery = Delivered(await FindAsync(id)) }, None));

    private SpooledDelivery Delivered(SpooledDelivery delivery) =>
        delivery with { State = DeliveryState.Delivered, Attempts = delivery.Attempts + 1, EndedAt = Now };

    /// <summary>Commits the message m1 with the deliveries d1 and d2.</summary>
    private async Task AddTwoAsync(Func<SpooledDelivery, SpooledDelivery> second)
    {
        await using var staged = await SampleMail.StageAsync(Spool, "m1", [1, 2, 3]);
        await Spool.CommitAsync(staged, SampleMail.Message(staged, Now),
            [SampleMail.Delivery("d1", "m1", Now), second(SampleMail.Delivery("d2", "m1", Now))], NewClaims.None, None);
    }
}
