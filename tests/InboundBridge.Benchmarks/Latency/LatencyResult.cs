namespace InboundBridge.Benchmarks.Latency;

/// <param name="Elapsed">From the first greeting to the last connection's end.</param>
internal sealed record LatencyResult(string System, int Mails, TimeSpan Elapsed, TimeSpan Median, TimeSpan P99, TimeSpan Maximum, IReadOnlyDictionary<string, int> Errors)
{
    public double Rate => Mails / Elapsed.TotalSeconds;
}
