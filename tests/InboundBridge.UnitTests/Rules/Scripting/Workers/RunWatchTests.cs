using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.Scripting.Workers;

namespace InboundBridge.UnitTests.Rules.Scripting.Workers;

public class RunWatchTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly ScriptSource Script = new("1", "watched.yaml");

    private readonly FakeTimeProvider _clock = new(RuleFixture.Now);
    private int _alarms;
    private string? _reason;

    [Theory]
    [InlineData(1100, 1100, 0)]
    [InlineData(1101, 1100, 0)]
    [InlineData(1101, 1101, 1)]
    public void The_alarm_is_for_growth_that_no_collection_takes_back(long withGarbage, long without, int alarms)
    {
        var octets = (Garbage: 1000L, Live: 1000L);
        using var watch = Watch(collected => collected ? octets.Live : octets.Garbage);
        _clock.Advance(RunWatches.Interval);
        Assert.Equal(0, _alarms);
        octets = (withGarbage, without);
        _clock.Advance(RunWatches.Interval);
        Assert.Equal(alarms, _alarms);
        Assert.Equal(alarms == 0, watch.TryEnd());
    }

    /// <summary>
    /// The collection before an alarm takes a while: a script that ended meanwhile, and the next one in the same process, are left alone.
    /// </summary>
    [Fact]
    public void A_script_that_ends_during_the_collection_gets_no_alarm()
    {
        RunWatches? watch = null;
        var ended = false;
        using (watch = Watch(collected =>
        {
            if (collected)
                ended = watch!.TryEnd();
            return watch is null ? 0 : 1_000_000;
        }))
            _clock.Advance(RunWatches.Interval);
        Assert.True(ended);
        Assert.Equal(0, _alarms);
    }

    [Fact]
    public void There_is_one_alarm_and_none_after_the_end()
    {
        using var watch = Watch(collected => collected || _clock.GetUtcNow() > RuleFixture.Now ? 1_000_000 : 0);
        _clock.Advance(RunWatches.Interval);
        _clock.Advance(RunWatches.Interval);
        Assert.Equal(1, _alarms);
        watch.Dispose();
        _clock.Advance(RunWatches.Interval);
        Assert.Equal(1, _alarms);
    }

    [Fact]
    public void A_script_that_hangs_in_a_single_call_is_ended_shortly_after_its_limit()
    {
        using var watch = Watch(_ => 0);
        _clock.Advance(Longest);
        Assert.Equal(0, _alarms);
        _clock.Advance(RunWatch.Slack + RunWatches.Interval);
        Assert.Equal((1, "it took too long"), (_alarms, _reason));
        Assert.False(watch.TryEnd());
    }

    [Fact]
    public void A_run_is_watched_as_if_none_had_been_before_it()
    {
        using var watches = Watch(_ => 0);
        _clock.Advance(Longest);
        Assert.True(watches.TryEnd());
        _clock.Advance(Longest + RunWatch.Slack + RunWatches.Interval);
        watches.Begin(Script, new ScriptLimits { Memory = 100, Timeout = Longest });
        _clock.Advance(Longest);
        Assert.Equal(0, _alarms);
        _clock.Advance(RunWatch.Slack + RunWatches.Interval);
        Assert.Equal(1, _alarms);
    }

    [Fact]
    public async Task The_kernels_timer_ticks_until_it_is_stopped()
    {
        using var ticks = new SemaphoreSlim(0);
        using var timer = KernelTimer.TryCreate(() => ticks.Release());
        Assert.SkipWhen(timer is null, "only Linux has it");
        Assert.True(timer.Change(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1)));
        for (var tick = 0; tick < 3; tick++)
            Assert.True(await ticks.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        Assert.True(timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
    }

    private RunWatches Watch(Func<bool, long> octets)
    {
        var watches = new RunWatches(_clock, timers: null, octets, (script, reason) =>
        {
            Assert.Same(Script, script);
            _alarms++;
            _reason = reason;
        });
        watches.Begin(Script, new ScriptLimits { Memory = 100, Timeout = Longest });
        return watches;
    }
}
