using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.Benchmarks.Latency;

/// <param name="Elapsed">From the first greeting to the last connection's end.</param>
/// <param name="Others">See <see cref="IMeasuredRun.Others"/>.</param>
internal sealed record LatencyResult(
    string System, int Mails, TimeSpan Elapsed, TimeSpan Median, TimeSpan P99, TimeSpan Maximum, IReadOnlyDictionary<string, int> Errors,
    double Others) : IMeasuredRun
{
    public double Rate => Mails / Elapsed.TotalSeconds;
}
