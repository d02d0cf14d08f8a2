using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Outcomes;

namespace InboundBridge.UnitTests.MailFlow.Queue.Outcomes;

public class RetryScheduleTests
{
    private static readonly RetryOptions Options = new()
    {
        Schedule = [TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(100)],
        Jitter = 0.2,
        LongestRetryAfter = TimeSpan.FromSeconds(1000),
    };

    [Theory]
    [InlineData(1, 0.5, 10)]
    [InlineData(2, 0.5, 100)]
    [InlineData(9, 0.5, 100)]
    [InlineData(1, 0.0, 8)]
    [InlineData(1, 1.0, 12)]
    public void The_wait_follows_the_schedule_and_varies_within_the_jitter(int attempts, double sample, double seconds) =>
        Assert.Equal(seconds, RetrySchedule.Wait(Options, attempts, null, sample).TotalSeconds, 0.001);

    [Theory]
    [InlineData(5, 10, 10)]
    [InlineData(60, 60, 66)]
    [InlineData(5000, 1000, 1100)]
    public void The_wait_that_a_destination_asks_for_is_a_minimum_with_a_cap(int named, double atLeast, double atMost)
    {
        foreach (var sample in new[] { 0.5, 0.7, 0.999 })
            Assert.InRange(RetrySchedule.Wait(Options, 1, TimeSpan.FromSeconds(named), sample).TotalSeconds, atLeast, Math.Max(atMost, 12));
    }

    [Fact]
    public void The_longest_wait_is_the_longer_of_schedule_and_cap_with_all_of_the_jitter()
    {
        Assert.Equal(1200, RetrySchedule.LongestWait(Options).TotalSeconds, 0.001);
        Assert.Equal(120, RetrySchedule.LongestWait(Options with { LongestRetryAfter = TimeSpan.FromSeconds(1) }).TotalSeconds, 0.001);
    }

    [Fact]
    public void A_shorter_wait_than_the_schedule_s_is_not_obeyed()
    {
        Assert.Equal(100, RetrySchedule.Wait(Options with { Jitter = 0 }, 2, TimeSpan.FromSeconds(99), 0.5).TotalSeconds);
        Assert.Equal(101, RetrySchedule.Wait(Options with { Jitter = 0 }, 2, TimeSpan.FromSeconds(101), 0.5).TotalSeconds);
        Assert.Equal(100, RetrySchedule.Wait(Options with { Jitter = 0 }, 2, TimeSpan.FromSeconds(-1), 0.5).TotalSeconds);
    }

    [Fact]
    public void An_empty_schedule_waits_five_minutes()
    {
        var options = Options with { Schedule = [], Jitter = 0, LongestRetryAfter = TimeSpan.FromSeconds(1) };
        Assert.Equal((300, 300), (RetrySchedule.Wait(options, 1, null, 0.5).TotalSeconds, RetrySchedule.LongestWait(options).TotalSeconds));
    }
}
