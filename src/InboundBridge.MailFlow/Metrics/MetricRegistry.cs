using System.Collections.Concurrent;
using Prometheus;

namespace InboundBridge.MailFlow.Metrics;

/// <summary>
/// All metrics of one appliance, on prometheus-net. Each appliance has its own registry, because tests and the demo run several in one
/// process. A series appears in the answer with its first measurement. Code that counts asks once for the series of its labels and holds
/// it: looking it up takes twenty times as long as counting.
/// </summary>
public sealed class MetricRegistry
{
    /// <summary>
    /// Series that one metric may have. Labels are bounded by design (rules, destinations, verbs); this bounds the memory that a mistake
    /// costs. The product is measured with ten thousand rules, so that many must fit.
    /// </summary>
    public const int MostSeries = 16_384;

    private const string Prefix = "inboundbridge_";

    private readonly CollectorRegistry _collectors = Prometheus.Metrics.NewCustomRegistry();
    private readonly MetricFactory _factory;
    private readonly ConcurrentDictionary<string, Action> _readings = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, MetricDeclaration> _declared = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Counter> _counters = new(StringComparer.Ordinal);
    private readonly Lock _reading = new();
    private readonly SeriesBound _bound;
    private readonly Counter _failed;
    private bool _lacksProcessFigures;

    public MetricRegistry()
    {
        _factory = Prometheus.Metrics.WithCustomRegistry(_collectors);
        // By default each count looks for a trace to name as its exemplar.
        _factory.ExemplarBehavior = ExemplarBehavior.NoExemplars();
        // These two are there from the start, so that an increase is seen at the first time.
        _bound = new SeriesBound(
            MostSeries, CreateCounter("metrics_dropped_total", "Measurements that found no room for their series", [], isHidden: false));
        _failed = CreateCounter("metrics_failed_observations_total", "Gauges that could not be read for an answer", [], isHidden: false);
    }

    /// <summary>What was asked for so far, whether or not it has series.</summary>
    internal IReadOnlyCollection<MetricDeclaration> Declared => [.. _declared.Values];

    /// <param name="name">Without the prefix.</param>
    /// <param name="help">Without quotes: prometheus-net does not escape them in OpenMetrics.</param>
    public CounterSeries Counter(string name, string help, params string[] labels) =>
        new(CreateCounter(name, help, labels), _bound.For(name), _bound.Dropped);

    public HistogramSeries Histogram(string name, string help, double[] buckets, params string[] labels) =>
        new(CreateHistogram(name, help, buckets, labels), _bound.For(name), _bound.Dropped);

    /// <summary>Its labels must come from fixed lists or from what only a restart changes: these series have no bound.</summary>
    public GaugeSeries Gauge(string name, string help, params string[] labels) => new(CreateGauge(name, help, labels));

    /// <summary>A gauge that is read when metrics are asked for. A second reader of the same name replaces the first.</summary>
    /// <param name="read">Null: there is no value now, and no series.</param>
    /// <returns>Ends the reading; the series is gone with the next answer.</returns>
    public IDisposable Observe(string name, string help, Func<double?> read)
    {
        var gauge = CreateGauge(name, help, []);
        return AddReading(name, () => Set(gauge, read()), () => Set(gauge, null));
    }

    /// <summary>A gauge with labels that is read when metrics are asked for. Series that a reading does not contain are gone.</summary>
    public IDisposable Observe(string name, string help, string[] labels, Func<IEnumerable<MetricReading>> read)
    {
        var gauge = new ObservedGauge(CreateGauge(name, help, labels), _bound);
        return AddReading(name, () => gauge.Replace(read()), () => gauge.Replace([]));
    }

    /// <summary>A total that somebody else keeps, read when metrics are asked for. It must never fall.</summary>
    public IDisposable ObserveTotal(string name, string help, Func<double> read)
    {
        var counter = CreateCounter(name, help, []);
        return AddReading(name, () => counter.IncTo(read()), () => { });
    }

    /// <summary>The present values of a counter's series with their labels; empty for a counter that nobody asked for.</summary>
    /// <param name="name">Without the prefix.</param>
    public IEnumerable<MetricReading> ReadCounter(string name)
    {
        if (!_counters.TryGetValue(name, out var counter))
            yield break;
        if (_declared[name].Labels.Count == 0)
        {
            yield return new MetricReading(counter.Value);
            yield break;
        }
        foreach (var labels in counter.GetAllLabelValues())
            yield return new MetricReading(counter.WithLabels(labels).Value, labels);
    }

    /// <summary>
    /// Adds the process's memory, handles and processor time, and what the runtime's collector and thread pool do. They have no prefix.
    /// What reads them is made for the first answer, so that a start does not wait for it.
    /// </summary>
    public void AddProcessFigures() => _lacksProcessFigures = true;

    /// <summary>Reads all gauges and writes everything.</summary>
    public Task WriteAsync(Stream output, ExpositionFormat format, CancellationToken cancellationToken)
    {
        // Two scrapes at once would remove series that the other has just read.
        lock (_reading)
        {
            if (_lacksProcessFigures)
            {
                _lacksProcessFigures = false;
                DotNetStats.Register(_collectors);
                RuntimeFigures.Add(_factory, _collectors);
            }
            foreach (var reading in _readings.Values)
                reading();
        }
        return _collectors.CollectAndExportAsTextAsync(output, format, cancellationToken);
    }

    private Counter CreateCounter(string name, string help, string[] labels, bool isHidden = true)
    {
        Declare("counter", name, labels, []);
        return _counters[name] = _factory.CreateCounter(
            Prefix + name, help, new CounterConfiguration { LabelNames = labels, SuppressInitialValue = isHidden });
    }

    private Gauge CreateGauge(string name, string help, string[] labels)
    {
        Declare("gauge", name, labels, []);
        return _factory.CreateGauge(Prefix + name, help, new GaugeConfiguration { LabelNames = labels, SuppressInitialValue = true });
    }

    private Histogram CreateHistogram(string name, string help, double[] buckets, string[] labels)
    {
        Declare("histogram", name, labels, buckets);
        return _factory.CreateHistogram(
            Prefix + name, help, new HistogramConfiguration { LabelNames = labels, Buckets = buckets, SuppressInitialValue = true });
    }

    private void Declare(string kind, string name, string[] labels, double[] buckets) =>
        _declared[name] = new MetricDeclaration(kind, name, labels, buckets);

    private static void Set(Gauge gauge, double? value)
    {
        if (value is { } known)
            gauge.Set(known);
        else
            gauge.Unpublish();
    }

    private Reading AddReading(string name, Action read, Action clear)
    {
        void Run()
        {
            try
            {
                read();
            }
            catch (Exception)
            {
                // A gauge that can't be read (its owner is closing) must not take the others with it. It is absent from this answer, and
                // counted.
                clear();
                _failed.Inc();
            }
        }

        _readings[name] = Run;
        return new Reading(() =>
        {
            if (_readings.TryRemove(KeyValuePair.Create<string, Action>(name, Run)))
                clear();
        });
    }

    private sealed class Reading(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
