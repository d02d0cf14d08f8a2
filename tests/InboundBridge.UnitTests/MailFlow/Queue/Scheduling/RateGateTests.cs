using InboundBridge.MailFlow.Queue.Scheduling;

namespace InboundBridge.UnitTests.MailFlow.Queue.Scheduling;

public class RateGateTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void At_first_the_attempts_of_a_whole_period_start_at_once()
    {
        var gate = new RateGate(3, TimeSpan.FromSeconds(3), Start);
        Assert.Equal(3, Passed(gate, Start));
        Assert.Equal(Start.AddSeconds(1), gate.TryTake(Start));
    }

    [Fact]
    public void After_that_attempts_are_spread_over_the_period()
    {
        var gate = new RateGate(3, TimeSpan.FromSeconds(3), Start);
        Passed(gate, Start);
        Assert.Equal(0, Passed(gate, Start.AddSeconds(0.9)));
        Assert.Equal(1, Passed(gate, Start.AddSeconds(1)));
        Assert.Equal(2, Passed(gate, Start.AddSeconds(3)));
    }

    [Fact]
    public void Quiet_time_does_not_pile_up()
    {
        var gate = new RateGate(3, TimeSpan.FromSeconds(3), Start);
        Assert.Equal(3, Passed(gate, Start.AddHours(1)));
        Assert.Equal(3, Passed(gate, Start.AddHours(2)));
    }

    [Fact]
    public void The_time_to_ask_again_is_when_the_next_attempt_may_begin()
    {
        var gate = new RateGate(7, TimeSpan.FromSeconds(1), Start);
        Passed(gate, Start);
        var now = Start;
        for (var index = 0; index < 50; index++)
        {
            var next = gate.TryTake(now)!.Value;
            Assert.InRange((next - now).TotalMilliseconds, 100, 143);
            Assert.NotNull(gate.TryTake(next.AddMilliseconds(-1)));
            now = next;
            Assert.Null(gate.TryTake(now));
        }
    }

    [Fact]
    public void A_clock_that_stands_still_or_goes_back_adds_nothing()
    {
        var gate = new RateGate(1, TimeSpan.FromSeconds(1), Start);
        Assert.Equal(1, Passed(gate, Start));
        Assert.Equal(0, Passed(gate, Start));
        Assert.Equal(0, Passed(gate, Start.AddHours(-1)));
        Assert.Equal(1, Passed(gate, Start.AddSeconds(1)));
        Assert.Equal(2, Passed(new RateGate(2, TimeSpan.FromSeconds(1), Start), Start.AddHours(-1)));
    }

    [Fact]
    public void A_part_of_the_wait_that_is_over_counts()
    {
        var gate = new RateGate(1, TimeSpan.FromSeconds(1), Start);
        Passed(gate, Start);
        Assert.Equal(Start.AddSeconds(1), gate.TryTake(Start.AddSeconds(0.4)));
    }

    [Fact]
    public void Without_a_rate_every_attempt_may_begin()
    {
        var gate = new RateGate(null, TimeSpan.FromSeconds(1), Start);
        Assert.Equal(100, Passed(gate, Start));
        gate.Configure(0, TimeSpan.FromSeconds(1));
        Assert.Equal(100, Passed(gate, Start));
        gate.Configure(5, TimeSpan.Zero);
        Assert.Equal(100, Passed(gate, Start));
    }

    [Fact]
    public void A_new_rate_counts_from_now_on()
    {
        var gate = new RateGate(1, TimeSpan.FromSeconds(1), Start);
        Passed(gate, Start);
        gate.Configure(10, TimeSpan.FromSeconds(1));
        Assert.Equal(10, Passed(gate, Start.AddSeconds(1)));
    }

    private static int Passed(RateGate gate, DateTimeOffset now)
    {
        var count = 0;
        while (count < 100 && gate.TryTake(now) is null)
            count++;
        return count;
    }
}
