using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Scheduling;

namespace InboundBridge.UnitTests.MailFlow.Queue.Scheduling;

public class CircuitBreakerTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly CircuitOptions Options =
        new() { Failures = 3, Window = TimeSpan.FromMinutes(1), Probe = TimeSpan.FromSeconds(15) };

    private readonly CircuitBreaker _circuit = new(Options);

    [Fact]
    public void Enough_failures_within_the_window_open_it()
    {
        Assert.Equal([false, false, true], Fail(0, 30, 59));
        Assert.Equal((CircuitState.Open, Start.AddSeconds(59 + 15)), (_circuit.State, _circuit.ProbeAt));
    }

    [Fact]
    public void A_failure_as_old_as_the_window_does_not_count()
    {
        Assert.Equal([false, false, false], Fail(0, 30, 60));
        Assert.Equal(CircuitState.Closed, _circuit.State);
        Assert.Equal([true], Fail(61));
    }

    [Fact]
    public void An_answer_between_failures_begins_the_count_anew()
    {
        Fail(0, 1);
        Assert.False(_circuit.RecordAnswer());
        Assert.Equal([false, false, true], Fail(2, 3, 4));
    }

    [Fact]
    public void While_it_is_open_further_failures_report_nothing_and_move_no_probe()
    {
        Fail(0, 1, 2);
        Assert.Equal([false, false, false, false], Fail(3, 4, 5, 6));
        Assert.Equal((CircuitState.Open, Start.AddSeconds(17)), (_circuit.State, _circuit.ProbeAt));
    }

    [Fact]
    public void An_unanswered_probe_schedules_the_next_one()
    {
        Fail(0, 1, 2);
        _circuit.RecordProbe(answered: false, Start.AddSeconds(17));
        Assert.Equal((CircuitState.Open, Start.AddSeconds(32)), (_circuit.State, _circuit.ProbeAt));
    }

    [Fact]
    public void After_an_answered_probe_one_attempt_decides()
    {
        Fail(0, 1, 2);
        _circuit.RecordProbe(answered: true, Start.AddSeconds(17));
        Assert.Equal(CircuitState.HalfOpen, _circuit.State);
        Assert.Equal([false], Fail(18));
        Assert.Equal((CircuitState.Open, Start.AddSeconds(33)), (_circuit.State, _circuit.ProbeAt));
        _circuit.RecordProbe(answered: true, Start.AddSeconds(33));
        Assert.True(_circuit.RecordAnswer());
        Assert.Equal(CircuitState.Closed, _circuit.State);
        Assert.Equal([false, false, true], Fail(34, 35, 36));
    }

    [Fact]
    public void An_answer_closes_it_at_any_time_and_a_late_probe_opens_nothing()
    {
        Fail(0, 1, 2);
        Assert.True(_circuit.RecordAnswer());
        _circuit.RecordProbe(answered: false, Start.AddSeconds(17));
        Assert.Equal(CircuitState.Closed, _circuit.State);
        _circuit.RecordProbe(answered: true, Start.AddSeconds(17));
        Assert.Equal(CircuitState.Closed, _circuit.State);
    }

    [Fact]
    public void New_options_count_from_now_on()
    {
        Fail(0, 1);
        _circuit.Options = Options with { Failures = 1, Probe = TimeSpan.FromSeconds(5) };
        Assert.Equal([true], Fail(2));
        Assert.Equal(Start.AddSeconds(7), _circuit.ProbeAt);
    }

    private bool[] Fail(params int[] seconds) => [.. seconds.Select(second => _circuit.RecordFailure(Start.AddSeconds(second)))];
}
