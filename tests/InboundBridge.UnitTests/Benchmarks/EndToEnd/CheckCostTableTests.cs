using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.UnitTests.Benchmarks.EndToEnd;

public class CheckCostTableTests
{
    private static readonly ApplianceBuild Build = new("inboundbridge", "/x");

    [Fact]
    public void Each_figure_stands_beside_what_is_asked()
    {
        RunResult[] runs =
        [
            Run("smtp-sink", 1, 10_000, 0.05), Run("inboundbridge", 1, 4000, 0.25), Run("inboundbridge-unchecked", 1, 5000, 0.15),
            Run("postfix-relay", 1, 400, 3), Run("haraka", 1, 800, 1),
            Run("smtp-sink", 2, 10_000, 0.05), Run("inboundbridge", 2, 3000, 0.27), Run("inboundbridge-unchecked", 2, 5000, 0.18),
            Run("postfix-relay", 2, 300, 3), Run("haraka", 2, 1000, 1),
        ];
        Assert.Equal(
            """

            | what | asked | measured |
            |---|---|---|
            | inboundbridge, times the mails/s of smtp-sink | ≥ 0.3 | 0.35 [0.30–0.40] |
            | inboundbridge, times the mails/s of postfix-relay | ≥ 8 | 10.00 [10.00–10.00] |
            | inboundbridge, times the mails/s of haraka | ≥ 4 | 4.00 [3.00–5.00] |
            | inboundbridge, CPU µs a mail with checks |  | 260 [250–270] |
            | inboundbridge, CPU µs a mail without |  | 165 [150–180] |
            | inboundbridge, CPU µs a mail more | ≤ 120 | 95 [90–100] |
            | inboundbridge, times the CPU without checks |  | 1.58 [1.50–1.67] |

            """,
            CheckCostTable.Render(runs, [Build], 4096));
        Assert.Contains("times the CPU without checks | ≤ 1.15 |", CheckCostTable.Render(runs, [Build], 1 << 20), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_what_was_not_measured_nothing_is_said()
    {
        Assert.Equal("", CheckCostTable.Render([Run("smtp-sink", 1, 10, 1), Run("haraka", 1, 5, 1)], [Build], 4096));
        Assert.Equal("", CheckCostTable.Render([Run("inboundbridge", 1, 10, 1)], [Build], 4096));
    }

    private static RunResult Run(string system, int round, double rate, double cpuPerThousand)
    {
        var took = TimeSpan.FromSeconds(1000 / rate);
        return new RunResult(system, round, 1000, took, took, TimeSpan.FromSeconds(cpuPerThousand), TimeSpan.Zero, 0, 1);
    }
}
