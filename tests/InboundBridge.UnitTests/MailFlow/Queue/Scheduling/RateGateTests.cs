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

    [Fact]
    public void A_share_of_the_rate_is_spread_over_the_period_like_the_whole()
    {
        var gate = new RateGate(10, TimeSpan.FromSeconds(1), Start);
        gate.ShareWith(2, Start);
        Assert.Equal(5, Passed(gate, Start));
        Assert.Equal(5, Passed(gate, Start.AddSeconds(1)));
        gate.ShareWith(1, Start.AddSeconds(1));
        Assert.Equal(10, Passed(gate, Start.AddSeconds(2)));
    }

    [Fact]
    public void A_share_of_less_than_one_attempt_allows_one_from_time_to_time()
    {
        var gate = new RateGate(1, TimeSpan.FromSeconds(1), Start);
        gate.ShareWith(4, Start);
        Assert.Equal(1, Passed(gate, Start));
        Assert.Equal(Start.AddSeconds(4), gate.TryTake(Start));
        Assert.Equal(1, Passed(gate, Start.AddSeconds(4)));
    }

    [Fact]
    public void After_a_quiet_time_half_of_the_rate_has_to_do_until_the_others_are_counted()
    {
        var (gate, begun) = (new RateGate(10, TimeSpan.FromSeconds(1), Start), 0);
        DateTimeOffset? Take(double seconds) => gate.TryTake(Start.AddSeconds(seconds), () => begun++);
        for (var attempt = 0; attempt < 5; attempt++)
            Assert.Null(Take(0));
        Assert.NotNull(Take(0));
        Assert.Equal(1, begun);
        gate.ShareWith(1, Start);
        // The last attempt waits until 0.1 s, and the node has its share for three seconds after it.
        Assert.Null(Take(3.1));
        Assert.Equal(1, begun);
        Assert.True(gate.IsUsed(Start.AddSeconds(6.1)));
        Assert.False(gate.IsUsed(Start.AddSeconds(6.3)));
        Assert.Null(Take(6.3));
        Assert.Equal(2, begun);
    }

    [Fact]
    public void A_node_whose_attempts_wait_for_long_still_has_its_share()
    {
        var gate = new RateGate(1, TimeSpan.FromMinutes(10), Start);
        Assert.Null(gate.TryTake(Start));
        var next = gate.TryTake(Start)!.Value;
        Assert.True(gate.IsUsed(next));
        Assert.False(gate.IsUsed(next.AddSeconds(4)));
    }

    private static int Passed(RateGate gate, DateTimeOffset now)
    {
        var count = 0;
        while (count < 100 && gate.TryTake(now) is null)
            count++;
        return count;
    }
}
