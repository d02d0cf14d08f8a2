using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Contract;

/// <summary>Claims: one owner at a time, until the claim expires or ends.</summary>
public abstract class ClaimContract : TwoOwnersContract
{
    [Fact]
    public async Task One_question_tells_which_destinations_have_deliveries_that_nobody_has_claimed()
    {
        Assert.Empty(await Spool.FindFreeAsync(["hook", "store", "gone"], "node", None));
        await AddAsync("later", delivery => delivery with { NextAttemptAt = Now.AddMinutes(5) });
        await AddAsync("done", delivery => delivery with { State = DeliveryState.Held }, destination: "store");
        await AddAsync("other", destination: "not asked for");
        var free = await Spool.FindFreeAsync(["hook", "store", "gone"], "node", None);
        Assert.Equal("hook", Assert.Single(free.Keys));
        Assert.True(free["hook"] <= Now.AddMinutes(5));
    }

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
    public async Task A_pause_leaves_the_claims_that_were_made_before()
    {
        await AddAsync("d1");
        var claim = ClaimOf(A, Assert.Single((await ClaimAsync(Spool, A)).Claimed));
        await Spool.SetPauseAsync("hook", "for now", None);
        Assert.Empty(await Spool.RenewAsync(A, [claim], None));
        Assert.Equal(CompletionResult.Recorded, await CompleteAsync("d1", claim));
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
    public async Task After_a_restart_and_a_lifetime_everything_that_is_open_can_be_claimed()
    {
        await AddAsync("d1", claims: NewClaims.All(A));
        await AddAsync("d2");
        await ClaimAsync(Spool, A);
        await ReopenAsync();
        await AdvanceAsync(Lifetime);
        Assert.Equal(["d1", "d2"], Ids(await ClaimAsync(Spool, B)));
    }
}
