using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Postgres;

/// <summary>The shared store keeps the contract of claims.</summary>
public sealed class PostgresClaimTests : ClaimContract
{
    private readonly PostgresStore _store = new();

    [Fact]
    public async Task A_renewal_names_deliveries_that_were_cancelled_at_another_node()
    {
        await AddAsync("d1");
        await AddAsync("d2");
        var claims = (await ClaimAsync(Spool, A)).Claimed.Select(claimed => ClaimOf(A, claimed)).ToList();
        var cancel = new DeliveryChange { Kind = DeliveryChangeKind.Cancel, Filter = new DeliveryFilter { Id = "d1" }, At = Now };
        Assert.Single((await OtherNode.ChangeAsync(cancel, null, None)).Changed);
        Assert.Equal(["d1"], await Spool.RenewAsync(A, claims, None));
        // The attempt that was under way counts all the same.
        Assert.Equal(CompletionResult.Recorded, await CompleteAsync("d1", claims[0]));
    }

    protected override IMailSpool OtherNode => _store.Other;

    [Fact]
    public async Task What_another_node_has_claimed_is_free_when_the_claim_has_expired()
    {
        await AddAsync("first", delivery => delivery with { NextAttemptAt = Now.AddSeconds(-9) });
        await AddAsync("second", delivery => delivery with { NextAttemptAt = Now.AddSeconds(-5) });
        Assert.Equal(Now.AddSeconds(-9), (await Spool.FindFreeAsync(["hook"], "node", None))["hook"]);
        await ClaimAsync(OtherNode, B, limit: 1);
        Assert.Equal(Now.AddSeconds(-5), (await Spool.FindFreeAsync(["hook"], "node", None))["hook"]);
        await ClaimAsync(OtherNode, B);
        Assert.InRange((await Spool.FindFreeAsync(["hook"], "node", None))["hook"], Now.AddTicks(1), Now + Lifetime);
        Assert.Empty(await Spool.FindFreeAsync(["hook"], B.Owner, None));
        var first = Now.AddSeconds(-9);
        await AdvanceAsync(Lifetime);
        Assert.Equal(first, (await Spool.FindFreeAsync(["hook"], "node", None))["hook"]);
    }

    protected override Task<IMailSpool> OpenAsync(SpoolOptions options) => _store.OpenAsync(options, Clock);

    protected override ValueTask AdvanceAsync(TimeSpan time) => _store.AdvanceAsync(Clock, time);

    protected override ValueTask CleanAsync() => _store.DisposeAsync();
}
