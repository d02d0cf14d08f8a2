using InboundBridge.Benchmarks.EndToEnd;
using InboundBridge.Benchmarks.Latency;
using InboundBridge.Benchmarks.SyncMode;

namespace InboundBridge.UnitTests.Benchmarks.SyncMode;

public class SyncTableTests
{
    /// <summary>Runs of the same round are compared: the machine's other work affected both alike.</summary>
    [Fact]
    public void Costs_are_compared_round_by_round()
    {
        var table = SyncCostBenchmark.Render(
            [
                Run("inboundbridge", 1, 100), Run("inboundbridge-sync", 1, 110), Run("inboundbridge", 2, 200),
                Run("inboundbridge-sync", 2, 220),
            ],
            [new ApplianceBuild("inboundbridge", "x.dll")]);
        Assert.Contains("| inboundbridge, times the CPU of the queue | ≤ 1.15 | 1.10 [1.10–1.10] |", table, StringComparison.Ordinal);
    }

    [Fact]
    public void Waits_are_compared_round_by_round()
    {
        var table = HangingBenchmark.Render([Waits("answering", 10), Waits("hanging", 11), Waits("answering", 20), Waits("hanging", 22)]);
        Assert.Contains("| ≤ 1.10 | 1.10 [1.10–1.10] |", table, StringComparison.Ordinal);
    }

    private static RunResult Run(string system, int round, int microseconds) => new(
        system, round, 1000, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(microseconds), TimeSpan.Zero, 0,
        0);

    private static LatencyResult Waits(string system, int milliseconds) => new(
        system, 1000, TimeSpan.FromSeconds(1), TimeSpan.Zero, TimeSpan.FromMilliseconds(milliseconds), TimeSpan.Zero,
        new Dictionary<string, int>(StringComparer.Ordinal), 0);
}
