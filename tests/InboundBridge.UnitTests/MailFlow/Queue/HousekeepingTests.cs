namespace InboundBridge.UnitTests.MailFlow.Queue;

/// <summary>What the queue does from time to time, and how often.</summary>
public class HousekeepingTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Retention_runs_at_the_first_tick_and_then_once_in_its_interval()
    {
        await using var fixture = new QueueFixture { Options = new() { AgesInterval = Tick, RetentionInterval = 3 * Tick } };
        fixture.Add();
        await fixture.StartAsync();
        await fixture.Clock.TimerSetAsync(Tick);
        fixture.Faults.ForgetCalls();
        var purges = new List<int>();
        for (var tick = 0; tick < 8; tick++)
        {
            fixture.Clock.Advance(Tick);
            // Each tick begins with the pauses: what comes before them was the end of the tick before.
            var before = await fixture.Faults.CalledAsync("ReadPausesAsync");
            if (before.Contains("PurgeAsync"))
                purges.Add(tick - 1);
        }
        Assert.Equal([0, 3, 6], purges);
    }

    [Fact]
    public async Task The_spool_is_told_of_claims_that_were_given_up_although_nothing_is_claimed_any_more()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add(QueueFixture.Destination() with { Concurrency = 1 });
        await fixture.StartAsync();
        await fixture.AcceptAsync();
        await fixture.AcceptAsync();
        await target.NextAsync();
        fixture.Queue.ReplaceDestinations([]);
        await fixture.AdvanceUntilAsync(fixture.Faults.CalledAsync("ReleaseAsync"));
    }
}
