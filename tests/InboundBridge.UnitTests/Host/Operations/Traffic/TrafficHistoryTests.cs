using InboundBridge.MailFlow.Metrics;
using InboundBridge.Operations.Traffic;

namespace InboundBridge.UnitTests.Host.Operations.Traffic;

/// <summary>The last hour minute by minute, from the counters of the metrics.</summary>
public sealed class TrafficHistoryTests
{
    private readonly MetricRegistry _metrics = new();
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Each_minute_has_what_was_counted_in_it()
    {
        using var history = new TrafficHistory(_metrics, _clock);
        var received = _metrics.Counter("messages_received_total", "help", "listener");
        var attempts = _metrics.Counter("delivery_attempts_total", "help", "destination", "outcome");
        received.With("a").Inc(3);
        received.With("b").Inc(2);
        attempts.With("hook", "delivered").Inc(4);
        attempts.With("hook", "retry").Inc();
        _clock.Advance(TimeSpan.FromMinutes(1));
        received.With("a").Inc();
        var hour = history.Read();
        Assert.Equal((5, 1, 6), (hour.Received[^2], hour.Received[^1], hour.Received.Sum()));
        Assert.Equal((4, 4), (hour.Delivered[^2], hour.Delivered.Sum()));
        Assert.Equal(0, hour.Refused.Sum());
        var hook = history.ReadDestinations()["hook"];
        Assert.Equal((4, 1), (hook.Delivered[^2], hook.NotDelivered[^2]));
        _clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(1, history.Read().Received.Sum());
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, history.Read().Received.Sum());
        Assert.Equal(MinuteRing.Minutes, history.Read().Received.Count);
    }

    [Fact]
    public void A_destination_that_appears_later_begins_with_its_first_minute()
    {
        using var history = new TrafficHistory(_metrics, _clock);
        _clock.Advance(TimeSpan.FromMinutes(5));
        _metrics.Counter("delivery_attempts_total", "help", "destination", "outcome").With("hook", "failed").Inc(2);
        Assert.Equal(2, history.ReadDestinations()["hook"].NotDelivered[^1]);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((2, 2), (history.ReadDestinations()["hook"].NotDelivered[^2], history.ReadDestinations()["hook"].NotDelivered.Sum()));
    }
}
