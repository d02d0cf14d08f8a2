namespace InboundBridge.UnitTests.MailFlow.Queue;

/// <summary>What the queue does from time to time, and how often.</summary>
public class HousekeepingTests
{
    private const int Paused = 2112;
    private const int HousekeepingFailed = 2125;

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

    [Fact]
    public async Task A_stop_waits_for_each_reading_that_other_nodes_caused_and_logs_no_error()
    {
        await using var fixture = new QueueFixture();
        fixture.Add();
        await fixture.StartAsync();
        var (heard, read) = (fixture.Faults.PausesHeard!, HoldPauses(fixture));
        heard(null);
        await fixture.Faults.CalledAsync("ReadPausesAsync");
        // While the first reading is under way, another node changes a pause again.
        heard(null);
        var stopped = fixture.Queue.StopAsync(TimeSpan.Zero);
        for (var turn = 0; turn < 1000; turn++)
            await Task.Yield();
        Assert.False(stopped.IsCompleted);
        heard(null);
        read.SetResult(new Dictionary<string, string>(StringComparer.Ordinal));
        await stopped;
        await fixture.StopAsync();
        Assert.Equal(0, fixture.Log.Count(HousekeepingFailed));
    }

    [Fact]
    public async Task A_pause_that_changes_while_the_pauses_are_read_is_read_too()
    {
        await using var fixture = new QueueFixture();
        fixture.Add();
        await fixture.StartAsync();
        var read = HoldPauses(fixture);
        fixture.Faults.PausesHeard!(null);
        await fixture.Faults.CalledAsync("ReadPausesAsync");
        fixture.Faults.PausesHeard!(null);
        fixture.Faults.Instead.Clear();
        await fixture.Faults.Inner.SetPauseAsync("hook", "their reason", CancellationToken.None);
        read.SetResult(new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.Contains("their reason", await fixture.Log.NextAsync(Paused), StringComparison.Ordinal);
    }

    /// <summary>Readings of the pauses last until the result is set.</summary>
    private static TaskCompletionSource<IReadOnlyDictionary<string, string>> HoldPauses(QueueFixture fixture)
    {
        var read = new TaskCompletionSource<IReadOnlyDictionary<string, string>>(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Faults.Instead["ReadPausesAsync"] = () => new ValueTask<IReadOnlyDictionary<string, string>>(read.Task);
        fixture.Faults.ForgetCalls();
        return read;
    }
}
