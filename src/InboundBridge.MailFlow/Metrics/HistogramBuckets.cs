namespace InboundBridge.MailFlow.Metrics;

/// <summary>Upper bounds of histogram buckets. They are part of the series' names, so dashboards rely on them: they never change.</summary>
public static class HistogramBuckets
{
    /// <summary>The disk, a lock, a script.</summary>
    public static double[] Seconds { get; } = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    /// <summary>Work of the processor alone: from ten microseconds.</summary>
    public static double[] ShortSeconds { get; } =
        [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1];

    /// <summary>A network peer: up to the ten minutes that RFC 5321 §4.5.3.2.6 gives the reply to DATA.</summary>
    public static double[] PeerSeconds { get; } = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600];

    /// <summary>From accepted to delivered: up to the three days after which a delivery is given up.</summary>
    public static double[] LagSeconds { get; } = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1800, 3600, 14_400, 43_200, 86_400, 259_200];

    public static double[] Octets { get; } = [1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864];

    public static double[] Counts { get; } = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
}
