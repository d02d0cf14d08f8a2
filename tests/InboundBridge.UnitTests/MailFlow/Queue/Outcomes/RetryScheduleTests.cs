using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Queue.Scheduling;

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
    public void What_the_destination_names_is_a_minimum_with_a_cap(int named, double atLeast, double atMost)
    {
        foreach (var sample in new[] { 0.5, 0.7, 0.999 })
            Assert.InRange(RetrySchedule.Wait(Options, 1, TimeSpan.FromSeconds(named), sample).TotalSeconds, atLeast, Math.Max(atMost, 12));
    }

    [Fact]
    public void Rate_is_spread_and_does_not_pile_up()
    {
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var gate = new RateGate(3, TimeSpan.FromSeconds(3), now);
        now = now.AddHours(1);
        Assert.Null(gate.TryTake(now));
        Assert.Null(gate.TryTake(now));
        Assert.Null(gate.TryTake(now));
        Assert.Equal(now.AddSeconds(1), gate.TryTake(now));
        Assert.Null(gate.TryTake(now.AddSeconds(1)));
        gate.Configure(null, TimeSpan.Zero);
        Assert.Null(gate.TryTake(now));
    }

    [Fact]
    public void The_circuit_counts_only_failures_in_a_row_within_its_window()
    {
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var circuit = new CircuitBreaker(new CircuitOptions { Failures = 3, Window = TimeSpan.FromMinutes(1), Probe = TimeSpan.FromSeconds(15) });
        Assert.False(circuit.RecordFailure(now));
        Assert.False(circuit.RecordFailure(now.AddSeconds(30)));
        Assert.False(circuit.RecordFailure(now.AddSeconds(61)));
        circuit.RecordAnswer();
        Assert.False(circuit.RecordFailure(now.AddSeconds(62)));
        Assert.False(circuit.RecordFailure(now.AddSeconds(63)));
        Assert.True(circuit.RecordFailure(now.AddSeconds(64)));
        Assert.Equal(now.AddSeconds(79), circuit.ProbeAt);
        circuit.RecordProbe(answered: true, now.AddSeconds(79));
        Assert.Equal(CircuitState.HalfOpen, circuit.State);
        Assert.False(circuit.RecordFailure(now.AddSeconds(80)));
        Assert.Equal((CircuitState.Open, now.AddSeconds(95)), (circuit.State, circuit.ProbeAt));
    }
}
