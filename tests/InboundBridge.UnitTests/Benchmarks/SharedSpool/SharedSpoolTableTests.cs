using InboundBridge.Benchmarks.SharedSpool;

namespace InboundBridge.UnitTests.Benchmarks.SharedSpool;

public class SharedSpoolTableTests
{
    /// <summary>Each run is compared with the probe just before it: the machine's other work affected both alike.</summary>
    [Fact]
    public void Mails_are_compared_with_the_rows_of_the_same_round()
    {
        var table = ThroughputTable.Render(
            [TimeSpan.FromMilliseconds(5)], 3.2, [new ProbeResult(1000, 0.1), new ProbeResult(2000, 0.2)], [Run(700), Run(1400)]);
        Assert.Contains("| mails/s ÷ rows/s | ≥ 0.60 | 0.70 [0.70–0.70] |", table, StringComparison.Ordinal);
        Assert.Contains("| a single commit, ms |  | 5.0 [5.0–5.0] |", table, StringComparison.Ordinal);
        Assert.Contains("| probe on 4 connections, rows/s |", table, StringComparison.Ordinal);
    }

    [Fact]
    public void More_nodes_are_compared_with_one_node_of_the_same_round()
    {
        var table = NodeCostBenchmark.Render([[Run(100, 0.10), Run(100, 0.20)], [Run(100, 0.11), Run(100, 0.22)]]);
        Assert.Contains("| 2 nodes, times the database's CPU of one | ≤ 1.10 | 1.10 [1.10–1.10] |", table, StringComparison.Ordinal);
    }

    [Fact]
    public void Intake_beside_a_backlog_is_compared_with_intake_beside_none()
    {
        var table = BacklogBenchmark.Render(1_000_000, [Run(90), Run(180)], [Run(100), Run(200)]);
        Assert.Contains("| intake beside 1,000,000, times that beside none | ≥ 0.85 | 0.90 [0.90–0.90] |", table, StringComparison.Ordinal);
    }

    [Fact]
    public void Growth_is_told_in_octets_a_mail()
    {
        var table = SpoolSizes.Render(
            1000, new(StringComparer.Ordinal) { ["messages"] = 1 << 20 }, new(StringComparer.Ordinal) { ["messages"] = 6 << 20 },
            new(StringComparer.Ordinal) { ["messages"] = 7 << 20 });
        Assert.Contains("| messages | 1 | 6 | 7 | 5242 |", table, StringComparison.Ordinal);
    }

    private static NodeRun Run(int mailsPerSecond, double databaseCpu = 0.1) => new(
        mailsPerSecond, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(9), 0.2,
        databaseCpu, 100 << 20, 0);
}
