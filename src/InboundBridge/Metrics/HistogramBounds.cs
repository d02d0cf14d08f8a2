using System.Diagnostics.Metrics;

namespace InboundBridge.Metrics;

/// <summary>
/// Upper bounds of histogram buckets, fixed for each instrument: they are part of the series' names, so dashboards rely on them.
/// </summary>
internal static class HistogramBounds
{
    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    /// <summary>Work of the processor alone: microseconds.</summary>
    private static readonly double[] ShortSeconds =
        [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1];

    /// <summary>A network peer: up to the ten minutes that RFC 5321 gives the reply to DATA.</summary>
    private static readonly double[] PeerSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600];

    /// <summary>Accepted to delivered: up to the three days after which a delivery is given up.</summary>
    private static readonly double[] LagSeconds = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1800, 3600, 14_400, 43_200, 86_400, 259_200];

    private static readonly double[] Octets = [1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864];

    private static readonly double[] Counts = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

    public static double[] Of(Instrument instrument)
    {
        var advised = instrument switch
        {
            Histogram<double> histogram => histogram.Advice?.HistogramBucketBoundaries?.ToArray(),
            Histogram<long> histogram => histogram.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound).ToArray(),
            Histogram<int> histogram => histogram.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound).ToArray(),
            _ => null,
        };
        return advised ?? instrument.Name switch
        {
            "rule_evaluation_seconds" or "script_seconds" => ShortSeconds,
            "smtp_data_seconds" or "delivery_attempt_seconds" => PeerSeconds,
            "delivery_lag_seconds" => LagSeconds,
            _ when instrument.Name.EndsWith("_seconds", StringComparison.Ordinal) => Seconds,
            _ when instrument.Name.EndsWith("_bytes", StringComparison.Ordinal) => Octets,
            _ => Counts,
        };
    }
}
