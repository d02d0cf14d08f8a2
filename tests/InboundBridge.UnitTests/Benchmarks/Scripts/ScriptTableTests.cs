using InboundBridge.Benchmarks.Scripts;

namespace InboundBridge.UnitTests.Benchmarks.Scripts;

public class ScriptTableTests
{
    private static readonly Dictionary<string, WorkerMemory> Workers = new(StringComparer.Ordinal)
    {
        ["before"] = new WorkerMemory(80 * 1048576L, 60 * 1048576L),
        ["after"] = new WorkerMemory(70 * 1048576L, 40 * 1048576L),
    };

    [Fact]
    public void A_scripts_share_is_the_difference_and_the_ratio_is_that_of_the_rounds() => Assert.Equal(
        """
        | build | ms to the reply, no script | ms, script | p99 ms, script | the script's ms | the script's µs CPU | MB of a worker, own | MB, resident | others took |
        |---|---|---|---|---|---|---|---|---|
        | before | 1.00 [1.00–1.00] | 4.00 [4.00–4.00] | 8.00 [8.00–8.00] | 3.00 [3.00–3.00] | 2,000 [2,000–2,000] | 60 | 80 | 10 [10–10] % |
        | after | 1.00 [1.00–1.00] | 2.25 [2.00–2.50] | 4.50 [4.00–5.00] | 1.25 [1.00–1.50] | 500 [500–500] | 40 | 70 | 10 [10–10] % |

        | a script in | times the wait | times the CPU | of |
        |---|---|---|---|
        | before | 2.50 [2.00–3.00] | 4.00 [4.00–4.00] | after |
        | after | 0.42 [0.33–0.50] | 0.25 [0.25–0.25] | before |

        """,
        ScriptTable.Render(
            [Result("before", 1, 4, 2500), Result("after", 1, 2, 1000),
             Result("before", 2, 4, 2500), Result("after", 2, 2.5, 1000)], Workers));

    [Fact]
    public void One_build_has_one_table() =>
        Assert.DoesNotContain("times", ScriptTable.Render([Result("after", 1, 2, 1000)], Workers), StringComparison.Ordinal);

    private static ScriptResult Result(string build, int round, double milliseconds, double cpu) => new(
        build, round, Cost(1, 500), Cost(milliseconds, cpu), 0.1);

    private static RefusalCost Cost(double milliseconds, double cpu) => new(
        TimeSpan.FromMilliseconds(milliseconds), TimeSpan.FromMilliseconds(milliseconds * 2), TimeSpan.FromMicroseconds(cpu));
}
