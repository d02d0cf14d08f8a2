using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Postgres;

/// <summary>The shared store keeps the contract of retention.</summary>
public sealed class PostgresRetentionTests : RetentionContract
{
    private readonly PostgresStore _store = new(hasOtherNode: false);

    /// <summary>What is not kept is deleted without being changed first: each row's change would cost as much as its deletion.</summary>
    [Fact]
    public async Task A_message_that_is_not_retained_goes_in_one_step()
    {
        Spool.Replace(Options with { RetainDelivered = TimeSpan.Zero });
        await AddAsync("d1");
        await _store.RunAsync(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''changed''; END'; " +
            "CREATE TRIGGER refuse BEFORE UPDATE ON deliveries FOR EACH ROW EXECUTE FUNCTION refuse()");
        Assert.Equal(CompletionResult.Recorded, await DeliverAsync("d1"));
        Assert.Null(await Spool.FindMessageAsync("d1", None));
        Assert.Empty(await ReadTalliesAsync());
        Assert.Equal((0, 0), ((await Spool.ReadTotalsAsync(None)).Messages, (await Spool.ReadTotalsAsync(None)).Bytes));
    }

    /// <summary>Both last deliveries in one transaction, neither of which is the last one before it.</summary>
    [Fact]
    public async Task Deliveries_of_a_message_that_end_together_are_recorded_once_each()
    {
        Spool.Replace(Options with { RetainDelivered = TimeSpan.Zero });
        for (var round = 0; round < 20; round++)
        {
            await using var staged = await SampleMail.StageAsync(Spool, $"m{round}", [1, 2, 3]);
            await Spool.CommitAsync(
                staged, SampleMail.Message(staged, Now),
                [SampleMail.Delivery("a", $"m{round}", Now), SampleMail.Delivery("b", $"m{round}", Now)], NewClaims.None, None);
            Assert.All(
                await Task.WhenAll(DeliverAsync("a"), DeliverAsync("b")), result => Assert.Equal(CompletionResult.Recorded, result));
            Assert.Null(await Spool.FindMessageAsync($"m{round}", None));
        }
        Assert.Empty(await ReadTalliesAsync());
    }

    [Fact]
    public async Task A_result_under_an_old_claim_removes_nothing()
    {
        Spool.Replace(Options with { RetainDelivered = TimeSpan.Zero });
        await AddAsync("d1", claims: NewClaims.All(new ClaimTerms("node a", TimeSpan.FromSeconds(30))));
        var late = new DeliveryCompletion
        {
            Delivery = await FindAsync("d1") with { State = DeliveryState.Delivered, Attempts = 1, EndedAt = Now },
            Claim = new DeliveryClaim("d1", "node b", ClaimTerms.FirstFence),
        };
        Assert.Equal(CompletionResult.ClaimLost, await Spool.CompleteAsync(late, None));
        var old = late with
        {
            Delivery = late.Delivery with { Version = late.Delivery.Version - 1 },
            Claim = new DeliveryClaim("d1", "node a", ClaimTerms.FirstFence),
        };
        Assert.Equal(CompletionResult.Changed, await Spool.CompleteAsync(old, None));
        Assert.Equal(DeliveryState.Pending, (await FindAsync("d1")).State);
    }

    protected override Task<IMailSpool> OpenAsync(SpoolOptions options) => _store.OpenAsync(options, Clock);

    protected override ValueTask AdvanceAsync(TimeSpan time) => _store.AdvanceAsync(Clock, time);

    protected override ValueTask CleanAsync() => _store.DisposeAsync();

    private async Task<CompletionResult> DeliverAsync(string id)
    {
        var delivery = await FindAsync(id);
        return await Spool.CompleteAsync(
            new DeliveryCompletion
            {
                Delivery = delivery with { State = DeliveryState.Delivered, Attempts = delivery.Attempts + 1, EndedAt = Now },
            },
            None);
    }
}
