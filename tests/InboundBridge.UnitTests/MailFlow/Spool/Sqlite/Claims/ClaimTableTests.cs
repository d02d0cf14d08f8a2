using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Claims;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Claims;

/// <summary>Claims that overlap in time, step by step: whoever is second must not get what the first has.</summary>
public class ClaimTableTests
{
    private static readonly ClaimTerms A = new("node a", TimeSpan.FromSeconds(30));

    private static readonly ClaimTerms B = new("node b", TimeSpan.FromSeconds(60));

    private static readonly ClaimTerms C = new("node c", TimeSpan.FromSeconds(90));

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);

    private readonly ClaimTable _table;

    public ClaimTableTests() => _table = new ClaimTable(_clock);

    private DateTimeOffset Now => _clock.GetUtcNow();

    [Fact]
    public void Of_two_that_read_a_delivery_at_the_same_time_the_second_gets_nothing_and_asks_again()
    {
        using var first = Begin(A);
        using var second = Begin(B);
        See(first, "d1");
        See(second, "d1");
        Assert.Single(first.Take().Claimed);
        var refused = second.Take();
        Assert.Empty(refused.Claimed);
        Assert.Equal(Now, refused.Next);
    }

    [Fact]
    public void Of_two_that_read_an_order_at_the_same_time_the_second_gets_none_of_it()
    {
        using var first = Begin(A, keepsOrder: true);
        using var second = Begin(B, keepsOrder: true);
        See(first, "d1");
        See(second, "d2");
        Assert.Single(first.Take().Claimed);
        Assert.Empty(second.Take().Claimed);
    }

    [Fact]
    public void An_order_is_free_when_the_last_claim_of_the_others_has_expired()
    {
        Claim(B, "d1");
        Claim(A, "d2");
        Claim(C, "d3", destination: "store");
        using var round = Begin(C, keepsOrder: true);
        Assert.True(round.IsTaken);
        Assert.Equal(Now.AddSeconds(60), round.Take().Next);
    }

    [Fact]
    public void A_change_counts_for_every_claim_that_began_before_it_although_another_ends_first()
    {
        using var slow = Begin(A);
        using (Begin(B))
        {
            _table.BeginChange("d1");
            _table.EndChange("d1", isOpen: true, endsClaim: false);
        }
        Assert.False(_table.IsFree("d1", slow, out var freeAt));
        Assert.Equal(Now, freeAt);
        using var next = Begin(A);
        Assert.True(_table.IsFree("d1", next, out _));
    }

    [Fact]
    public void The_next_time_to_ask_is_the_earliest_of_all()
    {
        Claim(C, "late");
        Claim(A, "soon");
        Claim(B, "middle");
        using var round = Begin(new ClaimTerms("node d", TimeSpan.FromSeconds(1)));
        foreach (var id in new[] { "late", "soon", "middle" })
            Assert.Equal(ClaimStep.Skip, round.See(id, Now));
        Assert.Equal(Now.AddSeconds(30), round.Take().Next);
    }

    [Fact]
    public void A_delivery_that_is_due_after_another_s_claim_expires_is_asked_for_when_it_is_due()
    {
        Claim(A, "d1");
        using var round = Begin(B);
        Assert.Equal(ClaimStep.Skip, round.See("d1", Now.AddMinutes(5)));
        Assert.Equal(Now.AddMinutes(5), round.Take().Next);
    }

    [Fact]
    public void What_was_seen_before_a_fault_does_not_count_when_reading_begins_anew()
    {
        Claim(A, "d1");
        using var round = Begin(B);
        round.See("d1", Now);
        See(round, "d2");
        round.Restart();
        var result = round.Take();
        Assert.Empty(result.Claimed);
        Assert.Null(result.Next);
    }

    [Fact]
    public void A_delivery_that_is_due_at_the_very_end_of_a_claim_stays_unclaimed()
    {
        using var round = _table.Begin(new ClaimRequest("hook", KeepsOrder: false, 10, Now.AddSeconds(30), A));
        Assert.Equal(ClaimStep.Read, round.See("d1", Now.AddSeconds(30).AddTicks(-1)));
        Assert.Equal(ClaimStep.Stop, round.See("d2", Now.AddSeconds(30)));
        Assert.Equal(Now.AddSeconds(30), round.Take().Next);
    }

    [Fact]
    public void Another_owner_s_claim_with_the_same_fence_is_another_claim()
    {
        _table.Add([Delivery("d1")], NewClaims.All(A));
        var theirs = new DeliveryClaim("d1", B.Owner, ClaimTerms.FirstFence);
        Assert.False(_table.Allows("d1", theirs));
        Assert.Equal(["d1"], _table.Renew(B, [theirs]));
        _table.Release([theirs]);
        Assert.True(_table.Allows("d1", theirs with { Owner = A.Owner }));
        Assert.Equal(1, _table.Count);
    }

    [Fact]
    public void Deliveries_that_were_not_added_lose_the_claims_that_were_made_for_them_and_no_others()
    {
        SpooledDelivery[] deliveries = [Delivery("d1"), Delivery("d2")];
        _table.Add(deliveries, NewClaims.All(A));
        _table.Drop(deliveries, NewClaims.None.With(A, 0));
        using var round = Begin(B);
        Assert.Equal((true, false), (_table.IsFree("d1", round, out _), _table.IsFree("d2", round, out _)));
    }

    private ClaimRound Begin(ClaimTerms terms, bool keepsOrder = false, string destination = "hook") =>
        _table.Begin(new ClaimRequest(destination, keepsOrder, 10, DateTimeOffset.MaxValue, terms));

    private void See(ClaimRound round, string id)
    {
        Assert.Equal(ClaimStep.Read, round.See(id, Now));
        round.Add(Delivery(id, round.Request.Destination), Message(id));
    }

    private void Claim(ClaimTerms terms, string id, string destination = "hook")
    {
        using var round = Begin(terms, destination: destination);
        See(round, id);
        Assert.Single(round.Take().Claimed);
    }

    private SpooledDelivery Delivery(string id, string destination = "hook") => SampleMail.Delivery(id, id, Now, destination);

    private SpooledMessage Message(string id) => new()
    {
        Id = id,
        ReceivedAt = Now,
        Envelope = new MailEnvelope { Sender = "al@example.org", Recipients = [] },
        Size = 1,
        Sha256 = "",
        ConfigVersion = "v1",
    };
}
