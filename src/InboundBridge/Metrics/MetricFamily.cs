using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace InboundBridge.Metrics;

/// <summary>All series of one instrument name. Recording takes no lock and, for a series that is there, allocates nothing.</summary>
internal sealed class MetricFamily
{
    /// <summary>
    /// Series of one name. Labels are bounded by design (rules, destinations, verbs); this bounds what a mistake costs. Room for the ten
    /// thousand rules that the product is measured with.
    /// </summary>
    public const int MostSeries = 16_384;

    private readonly ConcurrentDictionary<LabelSet, MetricSeries> _series = new(LabelSetComparer.Instance);
    private readonly ConcurrentDictionary<LabelSet, MetricSeries>.AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> _byTags;
    private readonly bool _adds;
    private long _dropped;
    private int _count;

    public MetricFamily(Instrument instrument)
    {
        Name = MetricName.Of(instrument.Name);
        Help = instrument.Description ?? instrument.Name;
        Kind = KindOf(instrument);
        IsObservable = instrument.IsObservable;
        Bounds = Kind == MetricKind.Histogram ? HistogramBounds.Of(instrument) : null;
        // Observable counters and up-down counters report totals, not steps.
        _adds = !IsObservable && instrument.GetType().GetGenericTypeDefinition() != typeof(Gauge<>);
        _byTags = _series.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
    }

    public string Name { get; }

    public string Help { get; }

    public MetricKind Kind { get; }

    public bool IsObservable { get; }

    public double[]? Bounds { get; }

    /// <summary>Measurements that found no room for their series.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public IEnumerable<MetricSeries> Series => _series.Values;

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!_byTags.TryGetValue(tags, out var series) && !TryAdd(tags, out series))
        {
            Interlocked.Increment(ref _dropped);
            return;
        }
        if (Bounds is not null)
            series.Observe(value);
        else if (_adds)
            series.Add(value);
        else
            series.Set(value);
    }

    /// <summary>Before observing: what is not reported any more (a destination that was removed) must not stay.</summary>
    public void Forget()
    {
        _series.Clear();
        Interlocked.Exchange(ref _count, 0);
    }

    private bool TryAdd(
        ReadOnlySpan<KeyValuePair<string, object?>> tags, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out MetricSeries? series)
    {
        series = null;
        if (Interlocked.Increment(ref _count) > MostSeries)
        {
            Interlocked.Decrement(ref _count);
            return false;
        }
        var added = new MetricSeries(new LabelSet(tags), Bounds);
        series = _series.GetOrAdd(added.Labels, added);
        if (!ReferenceEquals(series, added))
            Interlocked.Decrement(ref _count);
        return true;
    }

    private static MetricKind KindOf(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        if (type == typeof(Counter<>) || type == typeof(ObservableCounter<>))
            return MetricKind.Counter;
        return type == typeof(Histogram<>) ? MetricKind.Histogram : MetricKind.Gauge;
    }
}

internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}
