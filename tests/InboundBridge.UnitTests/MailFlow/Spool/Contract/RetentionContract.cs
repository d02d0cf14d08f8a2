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

    [Fact]
    public async Task A_delivery_that_is_claimed_is_open_and_stays()
    {
        await AddAsync("d1", claims: NewClaims.All(new ClaimTerms("node a", TimeSpan.FromSeconds(30))));
        await AdvanceAsync(Long + Long);
        Assert.Equal(default, await Spool.PurgeAsync(None));
        Assert.NotNull(await Spool.FindDeliveryAsync("d1", None));
    }

    private async Task DeliverAsync(string id)
    {
        var delivery = await FindAsync(id) with { State = DeliveryState.Delivered, Attempts = 1, EndedAt = Now };
        Assert.Equal(CompletionResult.Recorded, await Spool.CompleteAsync(new DeliveryCompletion { Delivery = delivery }, None));
    }
}
