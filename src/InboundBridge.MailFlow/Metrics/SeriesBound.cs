using System.Collections.Concurrent;
using Prometheus;

namespace InboundBridge.MailFlow.Metrics;

/// <summary>Which series of each metric exist, so that no metric gets more than its share. Measurements without room are counted.</summary>
internal sealed class SeriesBound(int most, Counter dropped)
{
    private readonly ConcurrentDictionary<string, HashSet<string>> _series = new(StringComparer.Ordinal);

    /// <summary>Counts measurements that found no room.</summary>
    public Counter Dropped { get; } = dropped;

    public int Most { get; } = most;

    /// <summary>Decides about the series of one metric; false: there is no room for these labels.</summary>
    public Func<string[], bool> For(string name)
    {
        var series = _series.GetOrAdd(name, _ => []);
        return labels =>
        {
            var key = KeyOf(labels);
            lock (series)
                return series.Contains(key) || (series.Count < Most && series.Add(key));
        };
    }

    /// <summary>U+001F separates; names of the configuration have no control characters.</summary>
    public static string KeyOf(string[] labels) => labels.Length == 1 ? labels[0] : string.Join('\u001f', labels);
}
