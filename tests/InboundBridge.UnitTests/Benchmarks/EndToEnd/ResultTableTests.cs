using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.UnitTests.Benchmarks.EndToEnd;

public class ResultTableTests
{
    [Fact]
    public void Figures_of_a_run_are_by_the_mail()
    {
        var run =
            Run("haraka", 1, 500) with
            {
                Accepted = TimeSpan.FromSeconds(1),
                Cpu = TimeSpan.FromSeconds(0.5),
                SinkCpu = TimeSpan.FromSeconds(0.02)
            };
        Assert.Equal((500, 1000, 0.5, 0.02), (run.Rate, run.AcceptRate, run.CpuPerThousand, run.SinkCpuPerThousand));
    }

    [Fact]
    public void A_ratio_is_the_median_of_those_within_the_rounds_and_not_the_ratio_of_the_medians()
    {
        // Medians 2,000 and 400, whose ratio is 5; side by side it was 10, 4 and 4.
        RunResult[] runs =
        [
            Run("smtp-sink", 1, 10_000), Run("inboundbridge", 1, 2000), Run("haraka", 1, 200),
            Run("smtp-sink", 2, 10_000), Run("inboundbridge", 2, 1600), Run("haraka", 2, 400),
            Run("smtp-sink", 3, 5000), Run("inboundbridge", 3, 4000), Run("haraka", 3, 1000),
        ];
        Assert.Equal(
            """
            | system | mails/s end to end | ratio to smtp-sink | accepted/s | CPU-s / 1,000 | the sink's CPU-s / 1,000 | MiB | others took |
            |---|---|---|---|---|---|---|---|
            | smtp-sink | 10,000 [5,000–10,000] | 1.00 [1.00–1.00] | 10,000 [5,000–10,000] | 0.250 [0.250–0.250] | 0.020 [0.020–0.020] | 13 | 5 [5–5] % |
            | inboundbridge | 2,000 [1,600–4,000] | 0.20 [0.16–0.80] | 2,000 [1,600–4,000] | 0.250 [0.250–0.250] | 0.020 [0.020–0.020] | 13 | 5 [5–5] % |
            | haraka | 400 [200–1,000] | 0.04 [0.02–0.20] | 400 [200–1,000] | 0.250 [0.250–0.250] | 0.020 [0.020–0.020] | 13 | 5 [5–5] % |

            | times the mails/s of | haraka |
            |---|---|
            | inboundbridge | 4.00 [4.00–10.00] |

            """,
            ResultTable.Render(runs, ["inboundbridge", "inboundbridge-relay"]));
    }

    [Fact]
    public void Two_builds_are_compared_with_each_other_and_without_the_anchor_there_is_no_ratio_to_it()
    {
        var table = ResultTable.Render([Run("before", 1, 1000), Run("after", 1, 1500)], ["before", "before-relay", "after", "after-relay"]);
        Assert.Contains("| before | 1,000 [1,000–1,000] | – |", table, StringComparison.Ordinal);
        Assert.EndsWith(
            """
            | times the mails/s of | before | after |
            |---|---|---|
            | before | – | 0.67 [0.67–0.67] |
            | after | 1.50 [1.50–1.50] | – |

            """,
            table,
            StringComparison.Ordinal);
    }

    [Fact]
    public void One_build_beside_the_anchor_has_one_table() =>
        Assert.DoesNotContain(
            "times", ResultTable.Render([Run("smtp-sink", 1, 10), Run("inboundbridge", 1, 5)], ["inboundbridge"]),
            StringComparison.Ordinal);

    private static RunResult Run(string system, int round, double rate)
    {
        var took = TimeSpan.FromSeconds(1000 / rate);
        return new RunResult(
            system, round, 1000, took, took, TimeSpan.FromSeconds(0.25), TimeSpan.FromSeconds(0.02), 0.05, 13 * 1024 * 1024);
    }
}
