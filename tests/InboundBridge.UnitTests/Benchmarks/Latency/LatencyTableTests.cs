using InboundBridge.Benchmarks.Latency;

namespace InboundBridge.UnitTests.Benchmarks.Latency;

public class LatencyTableTests
{
    [Fact]
    public void Waits_are_medians_of_the_rounds_and_errors_are_added_up() => Assert.Equal(
        """
        | system | p50 ms | p99 ms | maximum ms | accepted/s | errors | others took |
        |---|---|---|---|---|---|---|
        | inboundbridge | 2.0 [1.0–6.0] | 20.0 [10.0–60.0] | 200.0 [100.0–600.0] | 500 [500–500] | 3 | 10 [10–10] % |
        | haraka | 7.0 [7.0–7.0] | 70.0 [70.0–70.0] | 700.0 [700.0–700.0] | 500 [500–500] | 0 | 10 [10–10] % |

        """,
        LatencyTable.Render(
            [Result("inboundbridge", 6, 0), Result("haraka", 7, 0), Result("inboundbridge", 1, 2), Result("inboundbridge", 2, 1)]));

    private static LatencyResult Result(string system, double median, int errors) => new(
        system,
        1000,
        TimeSpan.FromSeconds(2),
        TimeSpan.FromMilliseconds(median),
        TimeSpan.FromMilliseconds(median * 10),
        TimeSpan.FromMilliseconds(median * 100),
        errors == 0
            ? new Dictionary<string, int>(StringComparer.Ordinal)
            : new Dictionary<string, int>(StringComparer.Ordinal) { ["Mail: 451"] = errors },
        0.1);
}
