using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace InboundBridge.Metrics;

/// <summary>Gathers what every meter named <c>InboundBridge</c> measures, from the moment it is made.</summary>
internal sealed class MetricsCollector : IDisposable
{
    public const string MeterName = "InboundBridge";

    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly Lock _scrape = new();
    private long _failedObservations;

    /// <param name="only">For tests: listen to this meter alone.</param>
    public MetricsCollector(Meter? only = null)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Several meters may carry one instrument; they share its series.
            if (only is null ? instrument.Meter.Name == MeterName : ReferenceEquals(instrument.Meter, only))
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument.Name, _ => new MetricFamily(instrument)));
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<decimal>(
            static (_, value, tags, family) => ((MetricFamily)family!).Record((double)value, tags));
        _listener.Start();
    }

    /// <summary>Everything as text, observable instruments asked now.</summary>
    public string Expose(ExpositionFormat format)
    {
        lock (_scrape)
        {
            Observe();
            return new Exposition(format)
                .Write([.. _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal)],
                    Interlocked.Read(ref _failedObservations));
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Observe()
    {
        foreach (var family in _families.Values)
            if (family.IsObservable)
                family.Forget();
        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (AggregateException failures)
        {
            // One gauge that can't be read (the spool is closing) takes no other one with it; it is missing from this answer and counted.
            Interlocked.Add(ref _failedObservations, failures.InnerExceptions.Count);
        }
    }
}
