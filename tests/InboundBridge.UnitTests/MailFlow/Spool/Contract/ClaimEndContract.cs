using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Contract;

/// <summary>Results count only under the latest claim, and what becomes of the claim with them.</summary>
public abstract class ClaimEndContract : TwoOwnersContract
{
    [Fact]
    public async Task A_late_completion_is_refused_and_changes_nothing()
    {
        await AddAsync("d1");
        var slow = ClaimOf(A, Assert.Single((await ClaimAsync(Spool, A)).Claimed));
        await AdvanceAsync(Lifetime);
        var quick = ClaimOf(B, Assert.Single((await ClaimAsync(OtherNode, B)).Claimed));
        Assert.Equal(CompletionResult.ClaimLost, await CompleteAsync("d1", slow, delivery => delivery with { State = DeliveryState.Dead }));
        Assert.Equal((DeliveryState.Pending, 0), ((await FindAsync("d1")).State, (await FindAsync("d1")).Attempts));
        Assert.Equal(CompletionResult.Recorded, await CompleteAsync("d1", quick));
        Assert.Equal(DeliveryState.Delivered, (await FindAsync("d1")).State);
    }

    [Fact]
    public async Task A_slow_completion_counts_while_nobody_has_taken_over()
    {
        await AddAsync("d1");
        var slow = ClaimOf(A, Assert.Single((await ClaimAsync(Spool, A)).Claimed));
        await AdvanceAsync(Lifetime * 10);
        Assert.Equal(CompletionResult.Recorded, await CompleteAsync("d1", slow));
    }

    [Fact]
    public async Task An_old_claim_of_the_same_owner_is_as_late_as_anybody_else_s()
    {
        await AddAsync("d1");
        var old = ClaimOf(A, Assert.Single((await ClaimAsync(Spool, A)).Claimed));
        await AdvanceAsync(Lifetime);
        var latest = ClaimOf(A, Assert.Single((await ClaimAsync(Spool, A)).Claimed));
        Assert.Equal(CompletionResult.ClaimLost, await CompleteAsync("d1", old));
        Assert.Equal(CompletionResult.Recorded, await CompleteAsync("d1", latest));
    }

    [Fact]
    public async Task A_completion_without_a_claim_counts_only_while_nobody_holds_a_claim()
    {
        await AddAsync("d1");
        await ClaimAsync(Spool, A);
        Assert.Equal(CompletionResult.ClaimLost, await CompleteAsync("d1", null));
        await AdvanceAsync(Lifetime);
        Assert.Equal(CompletionResult.Recorded, await CompleteAsync("d1", null));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_delivery_that_stays_open_keeps_its_claim_where_the_completion_says_so(bool keeps)
    {
        await AddAsync("d1");
        var claim = ClaimOf(A, Assert.Single((await ClaimAsync(Spool, A)).Claimed));
        await CompleteAsync("d1", claim, delivery => delivery with { State = DeliveryState.Retrying, Attempts = 1 }, keeps);
        Assert.Equal(keeps ? 0 : 1, (await ClaimAsync(OtherNode, B)).Claimed.Count);
        Assert.Equal(keeps ? CompletionResult.Recorded : CompletionResult.ClaimLost, await CompleteAsync("d1", claim));
    }

    [Fact]
    public async Task A_delivery_that_ends_gives_up_its_claim_whatever_the_completion_says()
    {
        await AddAsync("d1");
        var claim = ClaimOf(A, Assert.Single((await ClaimAsync(Spool, A)).Claimed));
        Assert.Equal(CompletionResult.Recorded, await CompleteAsync("d1", claim, keepsClaim: true));
        Assert.Equal(["d1"], await Spool.RenewAsync(A, [claim], None));
    }

    [Fact]
    public async Task Deliveries_that_follow_from_a_completion_are_claimed_and_do_not_exist_if_it_is_refused()
    {
        await AddAsync("d1");
        var claim = ClaimOf(A, Assert.Single((await ClaimAsync(Spool, A)).Claimed));
        await using var refused = await SampleMail.StageAsync(Spool, "b0", [1]);
        var completion = Following(refused, await FindAsync("d1")) with { Claim = claim with { Fence = claim.Fence - 1 } };
        Assert.Equal(CompletionResult.ClaimLost, await Spool.CompleteAsync(completion, None));
        Assert.Null(await Spool.FindMessageAsync("b0", None));
        Assert.Null(await Spool.FindDeliveryAsync("split", None));
        await using var kept = await SampleMail.StageAsync(Spool, "b1", [1]);
        Assert.Equal(CompletionResult.Recorded,
            await Spool.CompleteAsync(Following(kept, await FindAsync("d1")) with { Claim = claim }, None));
        Assert.Empty((await ClaimAsync(OtherNode, B)).Claimed);
        await AdvanceAsync(Lifetime);
        Assert.Equal(["b1", "split"], Ids(await ClaimAsync(OtherNode, B)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_completion_that_is_refused_leaves_no_claims_on_what_should_have_followed()
    {
        await AddAsync("d1");
        var claim = ClaimOf(A, Assert.Single((await ClaimAsync(Spool, A)).Claimed));
        await using var refused = await SampleMail.StageAsync(Spool, "b0", [1]);
        var completion = Following(refused, await FindAsync("d1")) with { Claim = claim with { Fence = claim.Fence - 1 } };
        Assert.Equal(CompletionResult.ClaimLost, await Spool.CompleteAsync(completion, None));
        Assert.True(await Spool.AddDeliveriesAsync("d1", [SampleMail.Delivery("split", "d1", Now)], NewClaims.None, None));
        await AddAsync("b0");
        Assert.Equal(["b0", "split"], Ids(await ClaimAsync(OtherNode, B)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_completion_that_can_not_be_stored_leaves_everything_to_be_claimed()
    {
        await AddAsync("d1");
        await AddAsync("d2");
        var impossible = Delivered(await FindAsync("d1")) with
        {
            // The id is taken.
            Added = [SampleMail.Delivery("d2", "d1", Now)],
            AddedClaims = NewClaims.All(A),
        };
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Spool.CompleteAsync(impossible, None));
        Assert.Equal(["d1", "d2"], Ids(await ClaimAsync(OtherNode, B)));
    }

    [Fact]
    public async Task A_delivery_that_retention_removed_during_its_attempt_leaves_no_claim()
    {
        await AddAsync("d1");
        var claimed = Assert.Single((await ClaimAsync(Spool, A)).Claimed);
        var cancel = new DeliveryChange { Kind = DeliveryChangeKind.Cancel, Filter = new DeliveryFilter { Id = "d1" }, At = Now };
        await Spool.ChangeAsync(cancel, null, None);
        await AdvanceAsync(TimeSpan.FromDays(400));
        Assert.Equal(1, (await Spool.PurgeAsync(None)).Messages);
        var late = Delivered(claimed.Delivery) with { Claim = ClaimOf(A, claimed) };
        Assert.Equal(CompletionResult.Gone, await Spool.CompleteAsync(late, None));
        Assert.Equal(["d1"], await Spool.RenewAsync(A, [ClaimOf(A, claimed)], None));
    }

    [Fact]
    public async Task A_claim_leaves_the_version_and_a_change_leaves_the_claim()
    {
        await AddAsync("d1");
        var claimed = Assert.Single((await ClaimAsync(Spool, A)).Claimed);
        Assert.Equal((0, 0), (claimed.Delivery.Version, (await FindAsync("d1")).Version));
        var retry = new DeliveryChange { Kind = DeliveryChangeKind.Retry, Filter = new DeliveryFilter { Id = "d1" }, At = Now };
        Assert.Single((await OtherNode.ChangeAsync(retry, null, None)).Changed);
        Assert.Empty((await ClaimAsync(OtherNode, B)).Claimed);
        Assert.Equal(CompletionResult.Changed,
            await Spool.CompleteAsync(Delivered(claimed.Delivery) with { Claim = ClaimOf(A, claimed) }, None));
        Assert.Equal(CompletionResult.Recorded, await CompleteAsync("d1", ClaimOf(A, claimed)));
    }

    private DeliveryCompletion Following(StagedMessage staged, SpooledDelivery delivery) => Delivered(delivery) with
    {
        Added = [SampleMail.Delivery("split", delivery.MessageId, Now)],
        AddedClaims = NewClaims.All(A),
        FollowUps =
        [
            new NewMail(
                staged, SampleMail.Message(staged, Now, ""), [SampleMail.Delivery(staged.Id, staged.Id, Now)]) { Claims =
                NewClaims.All(A) },
        ],
    };
}
