using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Queue;

/// <summary>A queue whose claims expire, beside other owners: what it needs where several nodes share a store.</summary>
public class SharedStoreTests
{
    private const int Paused = 2112;
    private const int Resumed = 2113;
    private const int HousekeepingFailed = 2125;
    private const int ClaimLost = 2126;

    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private static readonly ClaimTerms Other = new("another node", Lifetime);

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Claims_are_renewed_while_deliveries_wait_and_while_they_are_attempted()
    {
        await using var fixture = new QueueFixture { ClaimLifetime = Lifetime };
        var target = fixture.Add(QueueFixture.Destination() with { Concurrency = 1 });
        await fixture.StartAsync();
        var first = await fixture.AcceptAsync();
        await fixture.AcceptAsync();
        var attempt = await target.NextAsync();
        await fixture.Clock.TimerSetAsync(Lifetime / 3);
        for (var third = 0; third < 9; third++)
        {
            fixture.Faults.ForgetCalls();
            fixture.Clock.Advance(Lifetime / 3);
            await fixture.Faults.CalledAsync("RenewAsync");
            // The next claim of the window comes after the renewal is over.
            await fixture.Faults.CalledAsync("ClaimAsync");
        }
        Assert.Empty((await ClaimAsync(fixture)).Claimed);
        attempt.End(new DeliveryOutcome.Delivered("200"));
        await fixture.Log.NextAsync(QueueFixture.Delivered);
        Assert.Equal(DeliveryState.Delivered, (await fixture.FindAsync(first)).State);
        await target.NextAsync();
    }

    [Fact]
    public async Task A_result_that_comes_after_another_owner_has_taken_over_is_not_recorded()
    {
        await using var fixture = new QueueFixture { ClaimLifetime = Lifetime };
        var target = fixture.Add();
        await fixture.StartAsync(faults => faults.Failing.UnionWith(["RenewAsync", "ClaimAsync"]));
        var id = await fixture.AcceptAsync();
        var attempt = await target.NextAsync();
        await fixture.Clock.TimerSetAsync(Lifetime / 3);
        for (var third = 0; third < 3; third++)
        {
            fixture.Clock.Advance(Lifetime / 3);
            await fixture.Log.NextAsync(HousekeepingFailed);
        }
        Assert.Equal(id, Assert.Single((await ClaimAsync(fixture)).Claimed).Delivery.Id);
        attempt.End(new DeliveryOutcome.RetryLater("503"));
        Assert.Contains("claimed again", await fixture.Log.NextAsync(ClaimLost), StringComparison.Ordinal);
        Assert.Equal((DeliveryState.Pending, 0), ((await fixture.FindAsync(id)).State, (await fixture.FindAsync(id)).Attempts));
    }

    [Fact]
    public async Task A_retry_that_is_due_after_its_claim_would_expire_is_given_back_and_claimed_again_when_due()
    {
        await using var fixture = new QueueFixture { ClaimLifetime = Lifetime };
        var target = fixture.Add();
        await fixture.StartAsync();
        var id = await fixture.AcceptAsync();
        (await target.NextAsync()).End(new DeliveryOutcome.RetryLater("503", TimeSpan.FromHours(1), Answered: true));
        await fixture.Log.NextAsync(QueueFixture.Retrying);
        var taken = Assert.Single((await ClaimAsync(fixture)).Claimed);
        Assert.Equal(id, taken.Delivery.Id);
        await fixture.Spool.ReleaseAsync([new DeliveryClaim(id, Other.Owner, taken.Fence)], None);
        var next = target.NextAsync();
        await fixture.AdvanceUntilAsync(next);
        Assert.Equal((id, 2), ((await next).Id, (await next).Attempt.Number));
    }

    [Fact]
    public async Task A_queue_that_stops_releases_what_waits_at_once()
    {
        await using var fixture = new QueueFixture { ClaimLifetime = Lifetime };
        var target = fixture.Add(QueueFixture.Destination() with { Concurrency = 1 });
        await fixture.StartAsync();
        await fixture.AcceptAsync();
        var second = await fixture.AcceptAsync();
        var attempt = await target.NextAsync();
        Assert.Empty((await ClaimAsync(fixture)).Claimed);
        var stopped = fixture.Queue.StopAsync(TimeSpan.FromMinutes(1));
        attempt.End(new DeliveryOutcome.Delivered("200"));
        await stopped;
        Assert.Equal(second, Assert.Single((await ClaimAsync(fixture)).Claimed).Delivery.Id);
    }

    [Fact]
    public async Task Mail_that_another_node_accepted_is_delivered_here_too()
    {
        await using var fixture = new QueueFixture { ClaimLifetime = Lifetime };
        var target = fixture.Add();
        await fixture.StartAsync();
        await SampleCommitAsync(fixture, "theirs");
        var next = target.NextAsync();
        await fixture.AdvanceUntilAsync(next);
        Assert.Equal("theirs", (await next).Id);
    }

    [Fact]
    public async Task Destinations_without_work_cost_one_question_together_and_no_claim()
    {
        await using var fixture = new QueueFixture { ClaimLifetime = Lifetime };
        foreach (var number in Enumerable.Range(0, 20))
            fixture.Add(QueueFixture.Destination($"hook{number}"));
        await fixture.StartAsync();
        await fixture.Clock.TimerSetAsync(Lifetime / 3);
        // Each window is filled once at the start.
        foreach (var _ in Enumerable.Range(0, 20))
            await fixture.Faults.CalledAsync("ClaimAsync");
        for (var round = 0; round < 3; round++)
        {
            fixture.Clock.Advance(Lifetime / 3);
            Assert.DoesNotContain("ClaimAsync", await fixture.Faults.CalledAsync("FindFreeAsync"));
        }
    }

    [Fact]
    public async Task A_pause_that_another_node_set_or_ended_is_followed()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add();
        await fixture.StartAsync();
        await fixture.Clock.TimerSetAsync(TimeSpan.FromSeconds(15));
        await fixture.Spool.SetPauseAsync("hook", "their reason", None);
        fixture.Clock.Advance(TimeSpan.FromSeconds(15));
        await fixture.Log.NextAsync(Paused);
        var id = await fixture.AcceptAsync();
        Assert.Equal(0, await fixture.ActiveAsync());
        Assert.Equal("their reason", (await fixture.Queue.ListDestinationsAsync(None)).Single().PauseReason);
        await fixture.Spool.SetPauseAsync("hook", null, None);
        await fixture.AdvanceUntilAsync(fixture.Log.NextAsync(Resumed));
        Assert.Equal(id, (await target.NextAsync()).Id);
    }

    [Fact]
    public async Task A_pause_that_could_not_be_stored_holds_all_the_same()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add();
        await fixture.StartAsync(faults => faults.Failing.Add("SetPauseAsync"));
        await fixture.Clock.TimerSetAsync(TimeSpan.FromSeconds(15));
        await fixture.AcceptAsync();
        (await target.NextAsync()).End(new DeliveryOutcome.PauseDestination("410 Gone"));
        await fixture.Log.NextAsync(QueueFixture.Retrying);
        fixture.Faults.ForgetCalls();
        fixture.Clock.Advance(TimeSpan.FromSeconds(15));
        // The ages are read after the pauses have been looked at.
        await fixture.Faults.CalledAsync("FindOldestOpenAsync");
        Assert.Equal(0, await fixture.ActiveAsync());
        Assert.Equal("410 Gone", (await fixture.Queue.ListDestinationsAsync(None)).Single().PauseReason);
    }

    private static async Task<ClaimResult> ClaimAsync(QueueFixture fixture) =>
        await fixture.Faults.Inner.ClaimAsync(new ClaimRequest("hook", KeepsOrder: false, 10, DateTimeOffset.MaxValue, Other), None);

    private static async Task SampleCommitAsync(QueueFixture fixture, string id)
    {
        await using var staged = await Spool.SampleMail.StageAsync(fixture.Spool, id, [1]);
        var delivery = Spool.SampleMail.Delivery(id, id, fixture.Now) with { OptionsJson = null };
        await fixture.Spool.CommitAsync(staged, Spool.SampleMail.Message(staged, fixture.Now), [delivery], NewClaims.None, None);
    }
}
