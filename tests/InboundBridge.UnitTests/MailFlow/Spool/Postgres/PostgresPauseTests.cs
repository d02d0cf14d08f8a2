using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Postgres;

/// <summary>A pause is in force for the next claim at every node, however it was made.</summary>
public sealed class PostgresPauseTests : TwoOwnersContract
{
    private readonly PostgresStore _store = new();

    protected override IMailSpool OtherNode => _store.Other;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_of_a_paused_destination_is_claimed_and_the_claim_says_why(bool keepsOrder)
    {
        await AddAsync("d1");
        await AddAsync("other", destination: "other");
        await _store.RunAsync("INSERT INTO pauses VALUES('hook', 'by hand')");
        foreach (var (node, owner) in new[] { (Spool, A), (OtherNode, B) })
        {
            var claim = await ClaimAsync(node, owner, keepsOrder: keepsOrder);
            Assert.Empty(claim.Claimed);
            Assert.Equal("by hand", claim.Pause);
        }
        var free = await ClaimAsync(Spool, A, keepsOrder: keepsOrder, destination: "other");
        Assert.Equal(["other"], Ids(free));
        Assert.Null(free.Pause);
        await _store.RunAsync("DELETE FROM pauses");
        Assert.Equal(["d1"], Ids(await ClaimAsync(OtherNode, B, keepsOrder: keepsOrder)));
    }

    [Fact]
    public async Task What_is_collected_is_not_claimed_either()
    {
        await AddAsync("d1");
        await OtherNode.SetPauseAsync("hook", "for now", None);
        var request = new ClaimRequest("hook", false, 10, DateTimeOffset.MaxValue, A) { Collects = static _ => true };
        Assert.Empty((await Spool.ClaimAsync(request, None)).Claimed);
        await OtherNode.SetPauseAsync("hook", null, None);
        Assert.Single((await Spool.ClaimAsync(request, None)).Claimed);
    }

    [Fact]
    public async Task A_commit_that_claims_tells_of_the_pauses_before_it_ends()
    {
        var heard = new List<IReadOnlyDictionary<string, string>?>();
        Spool.PausesHeard = heard.Add;
        await AddAsync("before", claims: NewClaims.All(A));
        await AddAsync("unclaimed");
        Assert.Empty(heard);
        await _store.RunAsync("INSERT INTO pauses VALUES('hook', 'by hand')");
        await AddAsync("during", claims: NewClaims.All(A));
        Assert.Equal("by hand", Assert.Single(heard)!["hook"]);
        Assert.True(await Spool.AddDeliveriesAsync("during", [SampleMail.Delivery("replay", "during", Now)], NewClaims.All(A), None));
        Assert.Equal(2, heard.Count);
    }

    [Fact]
    public async Task The_other_nodes_hear_that_a_pause_has_changed()
    {
        var heard = new TaskCompletionSource<IReadOnlyDictionary<string, string>?>(TaskCreationOptions.RunContinuationsAsynchronously);
        OtherNode.PausesHeard = pauses => heard.TrySetResult(pauses);
        // A node that has just started may not listen yet, and a notice may be lost.
        var pause = TimeSpan.FromMilliseconds(100);
        while (await Task.WhenAny(heard.Task, Task.Delay(pause, TimeProvider.System, TestContext.Current.CancellationToken)) != heard.Task)
            await Spool.SetPauseAsync("hook", "for now", None);
        Assert.Null(await heard.Task);
    }

    protected override Task<IMailSpool> OpenAsync(SpoolOptions options) => _store.OpenAsync(options, Clock);

    protected override ValueTask AdvanceAsync(TimeSpan time) => _store.AdvanceAsync(Clock, time);

    protected override ValueTask CleanAsync() => _store.DisposeAsync();
}
