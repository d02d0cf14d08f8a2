using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Contract;

/// <summary>Claims: one owner at a time, until the claim expires or ends.</summary>
public abstract class ClaimContract : SpoolContract
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private static readonly ClaimTerms A = new("node a", Lifetime);

    private static readonly ClaimTerms B = new("node b", Lifetime);

    [Fact]
    public async Task A_claimed_delivery_is_handed_out_to_nobody_not_even_to_its_owner()
    {
        await AddAsync("d1");
        Assert.Equal(["d1"], Ids(await ClaimAsync(Spool, A)));
        Assert.Empty((await ClaimAsync(OtherNode, B)).Claimed);
        Assert.Empty((await ClaimAsync(Spool, A)).Claimed);
    }

    [Fact]
    public async Task Two_owners_share_the_backlog_without_overlap()
    {
        for (var index = 0; index < 10; index++)
            await AddAsync($"d{index}");
        var first = Ids(await ClaimAsync(Spool, A, limit: 4));
        var second = Ids(await ClaimAsync(OtherNode, B, limit: 20));
        Assert.Equal(["d0", "d1", "d2", "d3"], first);
        Assert.Equal(["d4", "d5", "d6", "d7", "d8", "d9"], second);
    }

    [Fact]
    public async Task Claims_made_at_the_same_time_never_overlap()
    {
        for (var index = 0; index < 60; index++)
            await AddAsync($"d{index:00}");
        var ofA = Enumerable.Range(0, 6).Select(_ => Task.Run(() => ClaimAsync(Spool, A, limit: 10)));
        var ofB = Enumerable.Range(0, 6).Select(_ => Task.Run(() => ClaimAsync(OtherNode, B, limit: 10)));
        var claimed = (await Task.WhenAll(ofA.Concat(ofB))).SelectMany(Ids).ToList();
        claimed.AddRange(Ids(await ClaimAsync(Spool, A, limit: 60)));
        Assert.Equal(60, claimed.Count);
        Assert.Equal(60, claimed.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Deliveries_are_claimed_from_the_start_if_the_commit_says_so()
    {
        await using var staged = await SampleMail.StageAsync(Spool, "m1", [1]);
        var deliveries = Enumerable.Range(0, 3).Select(index => SampleMail.Delivery($"d{index}", "m1", Now)).ToList();
        await Spool.CommitAsync(staged, SampleMail.Message(staged, Now), deliveries, NewClaims.None.With(A, 0).With(A, 2), None);
        Assert.Equal(["d1"], Ids(await ClaimAsync(OtherNode, B)));
        Assert.Equal(CompletionResult.Recorded, await CompleteAsync("d0", new DeliveryClaim("d0", A.Owner, ClaimTerms.FirstFence)));
        await AdvanceAsync(Lifetime);
        Assert.Contains("d2", Ids(await ClaimAsync(OtherNode, B)));
    }

    [Fact]
    public async Task A_message_that_is_refused_leaves_no_claim()
    {
        await AddAsync("d1");
        await Assert.ThrowsAsync<InvalidOperationException>(() => AddAsync("d1", claims: NewClaims.All(A)));
        Assert.Equal(["d1"], Ids(await ClaimAsync(OtherNode, B)));
    }

    [Fact]
    public async Task A_replay_is_claimed_from_the_start_and_a_refused_one_is_not()
    {
        await AddAsync("m1", delivery => delivery with { State = DeliveryState.Held });
        Assert.True(await Spool.AddDeliveriesAsync("m1", [SampleMail.Delivery("r1", "m1", Now), SampleMail.Delivery("r2", "m1", Now)],
            NewClaims.None.With(A, 1), None));
        Assert.False(await Spool.AddDeliveriesAsync("m2", [SampleMail.Delivery("r3", "m2", Now)], NewClaims.All(A), None));
        Assert.Equal(["r1"], Ids(await ClaimAsync(OtherNode, B)));
    }

    [Fact]
    public async Task A_claim_that_expired_is_taken_over_with_a_higher_fence_and_not_before()
    {
        await AddAsync("d1");
        var first = Assert.Single((await ClaimAsync(Spool, A)).Claimed);
        await AdvanceAsync(Lifetime - TimeSpan.FromSeconds(1));
        var tooEarly = await ClaimAsync(OtherNode, B);
        Assert.Empty(tooEarly.Claimed);
        Assert.Equal(Now.AddSeconds(1), tooEarly.Next);
        await AdvanceAsync(TimeSpan.FromSeconds(1));
        var second = Assert.Single((await ClaimAsync(OtherNode, B)).Claimed);
        Assert.True(second.Fence > first.Fence, $"{second.Fence} after {first.Fence}");
        Assert.True(first.Fence > ClaimTerms.FirstFence);
    }

    [Fact]
    public async Task A_claim_that_is_renewed_lasts_on()
    {
        await AddAsync("d1");
        var claim = ClaimOf(A, Assert.Single((await ClaimAsync(Spool, A)).Claimed));
        for (var round = 0; round < 5; round++)
        {
            await AdvanceAsync(Lifetime - TimeSpan.FromSeconds(1));
            Assert.Empty(await Spool.RenewAsync(A, [claim], None));
        }
        await AdvanceAsync(Lifetime - TimeSpan.FromSeconds(1));
        Assert.Empty((await ClaimAsync(OtherNode, B)).Claimed);
    }

    [Fact]
    public async Task A_renewal_comes_too_late_only_when_another_owner_has_claimed()
    {
        await AddAsync("d1");
        await AddAsync("d2");
        var claims = (await ClaimAsync(Spool, A)).Claimed.Select(claimed => ClaimOf(A, claimed)).ToList();
        await AdvanceAsync(Lifetime + Lifetime);
        Assert.Equal(["d1"], Ids(await ClaimAsync(OtherNode, B, limit: 1)));
        Assert.Equal(["d1"], await Spool.RenewAsync(A, claims, None));
        Assert.Empty((await ClaimAsync(OtherNode, B)).Claimed);
    }

    [Fact]
    public async Task A_renewal_names_deliveries_that_have_ended()
    {
        await AddAsync("d1");
        var claim = ClaimOf(A, Assert.Single((await ClaimAsync(Spool, A)).Claimed));
        await CompleteAsync("d1", claim);
        Assert.Equal(["d1"], await Spool.RenewAsync(A, [claim], None));
    }

    [Fact]
    public async Task A_released_delivery_can_be_claimed_at_once_and_an_old_release_does_nothing()
    {
        await AddAsync("d1");
        var first = ClaimOf(A, Assert.Single((await ClaimAsync(Spool, A)).Claimed));
        await Spool.ReleaseAsync([first], None);
        var second = ClaimOf(B, Assert.Single((await ClaimAsync(OtherNode, B)).Claimed));
        await Spool.ReleaseAsync([first], None);
        Assert.Empty((await ClaimAsync(Spool, A)).Claimed);
        Assert.Equal(CompletionResult.Recorded, await CompleteAsync("d1", second));
    }

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
    public async Task Deliveries_that_could_not_be_added_leave_no_claims()
    {
        await AddAsync("d1");
        var replay = SampleMail.Delivery("r1", "unknown", Now);
        Assert.False(await Spool.AddDeliveriesAsync("unknown", [replay], NewClaims.All(A), None));
        Assert.True(await Spool.AddDeliveriesAsync("d1", [replay with { MessageId = "d1" }], NewClaims.None, None));
        // The id is taken.
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await Spool.AddDeliveriesAsync("d1", [SampleMail.Delivery("d1", "d1", Now)], NewClaims.All(A), None));
        Assert.Equal(["d1", "r1"], Ids(await ClaimAsync(OtherNode, B)));
    }

    [Fact]
    public async Task Held_mail_is_not_born_claimed_or_its_release_would_wait_for_ever()
    {
        await AddAsync("d1", delivery => delivery with { State = DeliveryState.Held }, NewClaims.All(A));
        var release = new DeliveryChange { Kind = DeliveryChangeKind.Release, Filter = new DeliveryFilter { Id = "d1" }, At = Now };
        Assert.Single((await Spool.ChangeAsync(release, null, None)).Changed);
        Assert.Equal(["d1"], Ids(await ClaimAsync(OtherNode, B)));
    }

    [Fact]
    public async Task An_old_claim_of_the_same_owner_can_be_neither_renewed_nor_released()
    {
        await AddAsync("d1");
        var old = ClaimOf(A, Assert.Single((await ClaimAsync(Spool, A)).Claimed));
        await AdvanceAsync(Lifetime);
        Assert.Single((await ClaimAsync(Spool, A)).Claimed);
        Assert.Equal(["d1"], await Spool.RenewAsync(A, [old], None));
        await Spool.ReleaseAsync([old], None);
        Assert.Empty((await ClaimAsync(OtherNode, B)).Claimed);
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
    public async Task A_destination_that_keeps_an_order_has_one_owner_at_a_time()
    {
        for (var index = 0; index < 3; index++)
            await AddAsync($"d{index}", delivery => delivery with { NextAttemptAt = Now.AddMinutes(3 - index) });
        await AddAsync("other", destination: "store");
        var claimed = (await ClaimAsync(Spool, A, limit: 1, keepsOrder: true)).Claimed;
        Assert.Equal(["d0"], claimed.Select(one => one.Delivery.Id));
        var refused = await ClaimAsync(OtherNode, B, keepsOrder: true);
        Assert.Empty(refused.Claimed);
        Assert.Equal(Now + Lifetime, refused.Next);
        Assert.Equal(["other"], Ids(await ClaimAsync(OtherNode, B, keepsOrder: true, destination: "store")));
        Assert.Equal(["d1"], Ids(await ClaimAsync(Spool, A, limit: 1, keepsOrder: true)));
        await AdvanceAsync(Lifetime);
        Assert.Equal(["d0", "d1", "d2"], Ids(await ClaimAsync(OtherNode, B, keepsOrder: true)));
    }

    [Fact]
    public async Task Deliveries_that_are_due_later_stay_unclaimed_and_the_answer_tells_when_to_ask_again()
    {
        await AddAsync("soon", delivery => delivery with { NextAttemptAt = Now.AddSeconds(10) });
        await AddAsync("later", delivery => delivery with { NextAttemptAt = Now.AddSeconds(40) });
        var request = new ClaimRequest("hook", KeepsOrder: false, 10, Now.AddSeconds(30), A);
        var result = await Spool.ClaimAsync(request, None);
        Assert.Equal(["soon"], Ids(result));
        Assert.Equal(Now.AddSeconds(40), result.Next);
        Assert.Equal(["later"], Ids(await Spool.ClaimAsync(request with { DueBefore = Now.AddSeconds(41) }, None)));
    }

    [Fact]
    public async Task Next_is_when_the_next_unclaimed_delivery_is_due_and_null_when_there_is_none()
    {
        for (var index = 0; index < 4; index++)
            await AddAsync($"d{index}", delivery => delivery with { NextAttemptAt = Now.AddSeconds(index) });
        Assert.Equal(Now.AddSeconds(2), (await ClaimAsync(Spool, A, limit: 2)).Next);
        Assert.Null((await ClaimAsync(Spool, A, limit: 2)).Next);
        Assert.Equal(Now + Lifetime, (await ClaimAsync(OtherNode, B)).Next);
        Assert.Null((await ClaimAsync(Spool, A, destination: "nowhere")).Next);
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

    [Fact]
    public async Task After_a_restart_and_a_lifetime_everything_that_is_open_can_be_claimed()
    {
        await AddAsync("d1", claims: NewClaims.All(A));
        await AddAsync("d2");
        await ClaimAsync(Spool, A);
        await ReopenAsync();
        await AdvanceAsync(Lifetime);
        Assert.Equal(["d1", "d2"], Ids(await ClaimAsync(Spool, B)));
    }

    private static DeliveryClaim ClaimOf(ClaimTerms terms, ClaimedDelivery claimed) => new(claimed.Delivery.Id, terms.Owner, claimed.Fence);

    private static IEnumerable<string> Ids(ClaimResult result) => result.Claimed.Select(claimed => claimed.Delivery.Id);

    private static async Task<ClaimResult> ClaimAsync(
        IMailSpool node, ClaimTerms terms, int limit = 100, bool keepsOrder = false, string destination = "hook") =>
        await node.ClaimAsync(new ClaimRequest(destination, keepsOrder, limit, DateTimeOffset.MaxValue, terms), None);

    private DeliveryCompletion Delivered(SpooledDelivery delivery) =>
        new() { Delivery = delivery with { State = DeliveryState.Delivered, Attempts = delivery.Attempts + 1, EndedAt = Now } };

    private async Task<CompletionResult> CompleteAsync(
        string id, DeliveryClaim? claim, Func<SpooledDelivery, SpooledDelivery>? change = null, bool keepsClaim = false)
    {
        var delivery = await FindAsync(id);
        var completion = change is null ? Delivered(delivery) : new DeliveryCompletion { Delivery = change(delivery) };
        return await Spool.CompleteAsync(completion with { Claim = claim, KeepsClaim = keepsClaim }, None);
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
