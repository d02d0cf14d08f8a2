using InboundBridge.Demo;
using Microsoft.Extensions.Time.Testing;

namespace InboundBridge.UnitTests.Host.Demo;

/// <summary>The demo's clock begins an hour ago, is moved to the present, and takes along whoever waits on it.</summary>
public sealed class DemoClockTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _real = new(Now);

    [Fact]
    public void It_ends_at_the_present_and_not_beyond()
    {
        var clock = new DemoClock(_real, TimeSpan.FromHours(1));
        Assert.Equal(Now.AddHours(-1), clock.GetUtcNow());
        clock.Advance(TimeSpan.FromMinutes(45));
        Assert.Equal(Now.AddMinutes(-15), clock.GetUtcNow());
        clock.Advance(TimeSpan.FromMinutes(45));
        Assert.Equal(Now, clock.GetUtcNow());
        Assert.Equal(_real.GetTimestamp(), clock.GetTimestamp());
    }

    [Fact]
    public void Timers_fire_when_the_clock_is_moved_past_them_and_once_for_each_period()
    {
        var clock = new DemoClock(_real, TimeSpan.FromHours(1));
        var (once, minutes, never) = (0, 0, 0);
        using var first = clock.CreateTimer(_ => once++, null, TimeSpan.FromMinutes(5), Timeout.InfiniteTimeSpan);
        using var second = clock.CreateTimer(_ => minutes++, null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
        using var third = clock.CreateTimer(_ => never++, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        for (var minute = 0; minute < 10; minute++)
            clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((1, 10, 0), (once, minutes, never));
        second.Dispose();
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(10, minutes);
    }

    [Fact]
    public void Timers_fire_by_themselves_too()
    {
        var clock = new DemoClock(_real, TimeSpan.FromHours(1));
        var fired = 0;
        using var timer = clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30));
        _real.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, fired);
        _real.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(1, fired);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, fired);
        _real.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(3, fired);
    }
}
