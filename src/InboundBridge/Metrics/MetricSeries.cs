namespace InboundBridge.Metrics;

/// <summary>One number that is added to or replaced.</summary>
internal sealed class MetricSeries(LabelSet labels, double[]? bounds)
{
    private readonly long[]? _buckets = bounds is null ? null : new long[bounds.Length + 1];
    private double _value;

    public LabelSet Labels { get; } = labels;

    /// <summary>A counter's or a gauge's value; the sum of a histogram.</summary>
    public double Value => Volatile.Read(ref _value);

    /// <summary>Measurements in each bucket, the last one is beyond every bound; empty when it is no histogram.</summary>
    public ReadOnlySpan<long> Buckets => _buckets;

    public void Add(double amount)
    {
        var seen = Volatile.Read(ref _value);
        while (true)
        {
            var before = Interlocked.CompareExchange(ref _value, seen + amount, seen);
            if (before.Equals(seen))
                return;
            seen = before;
        }
    }

    public void Set(double value) => Volatile.Write(ref _value, value);

    public void Observe(double value)
    {
        var bucket = 0;
        while (bucket < bounds!.Length && value > bounds[bucket])
            bucket++;
        Interlocked.Increment(ref _buckets![bucket]);
        Add(value);
    }
}
