namespace InboundBridge.Benchmarks.Latency;

/// <param name="Elapsed">From the first greeting to the last connection's end.</param>
/// <param name="Others">What processes that have nothing to do with the measurement took of the machine, from 0 to 1.</param>
internal sealed record LatencyResult(
    string System, int Mails, TimeSpan Elapsed, TimeSpan Median, TimeSpan P99, TimeSpan Maximum, IReadOnlyDictionary<string, int> Errors, double Others)
{
    public double Rate => Mails / Elapsed.TotalSeconds;
}
