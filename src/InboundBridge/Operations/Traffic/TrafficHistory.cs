using InboundBridge.MailFlow.Metrics;

namespace InboundBridge.Operations.Traffic;

/// <summary>
/// Remembers how much was received, delivered and refused in each minute of the last hour. It reads the counters of the metrics once a
/// minute, so a mail costs nothing more.
/// </summary>
internal sealed class TrafficHistory : IDisposable
{
    /// <summary>Destinations with a history of their own. Further ones have none; the totals contain them.</summary>
    private const int MostDestinations = 500;

    private const string Delivered = "delivered";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly MetricRegistry _metrics;
    private readonly MinuteRing _received = new();
    private readonly MinuteRing _delivered = new();
    private readonly MinuteRing _refused = new();
    private readonly Dictionary<string, (MinuteRing Delivered, MinuteRing Other)> _destinations = new(StringComparer.Ordinal);
    private readonly ITimer _timer;

    public TrafficHistory(MetricRegistry metrics, TimeProvider clock)
    {
        _metrics = metrics;
        _timer = clock.CreateTimer(static history => ((TrafficHistory)history!).EndMinute(), this, Minute, Minute);
    }

    public TrafficHour Read()
    {
        lock (_gate)
        {
            var attempts = ReadAttempts();
            return new TrafficHour(
                _received.Read(Sum("messages_received_total")), _delivered.Read(attempts.Values.Sum(each => each.Delivered)),
                _refused.Read(Sum("messages_refused_total")));
        }
    }

    /// <summary>The destinations that had an attempt since the start.</summary>
    public IReadOnlyDictionary<string, DestinationHour> ReadDestinations()
    {
        lock (_gate)
        {
            return ReadAttempts().ToDictionary(
                each => each.Key,
                each => _destinations.TryGetValue(each.Key, out var rings)
                    ? new DestinationHour(rings.Delivered.Read(each.Value.Delivered), rings.Other.Read(each.Value.Other))
                    : Beginning(each.Value),
                StringComparer.Ordinal);
        }
    }

    public void Dispose() => _timer.Dispose();

    private static DestinationHour Beginning((double Delivered, double Other) attempts) =>
        new(new MinuteRing().Read(attempts.Delivered), new MinuteRing().Read(attempts.Other));

    private void EndMinute()
    {
        lock (_gate)
        {
            var attempts = ReadAttempts();
            _received.Add(Sum("messages_received_total"));
            _delivered.Add(attempts.Values.Sum(each => each.Delivered));
            _refused.Add(Sum("messages_refused_total"));
            foreach (var (name, count) in attempts)
            {
                if (!_destinations.TryGetValue(name, out var rings))
                {
                    if (_destinations.Count >= MostDestinations)
                        continue;
                    _destinations[name] = rings = (new MinuteRing(), new MinuteRing());
                }
                rings.Delivered.Add(count.Delivered);
                rings.Other.Add(count.Other);
            }
        }
    }

    private double Sum(string counter) => _metrics.ReadCounter(counter).Sum(series => series.Value);

    /// <summary>The attempts of each destination since the start.</summary>
    private Dictionary<string, (double Delivered, double Other)> ReadAttempts()
    {
        var attempts = new Dictionary<string, (double Delivered, double Other)>(StringComparer.Ordinal);
        foreach (var series in _metrics.ReadCounter("delivery_attempts_total"))
        {
            var (delivered, other) = attempts.GetValueOrDefault(series.Labels[0]);
            attempts[series.Labels[0]] =
                series.Labels[1] == Delivered ? (delivered + series.Value, other) : (delivered, other + series.Value);
        }
        return attempts;
    }
}
