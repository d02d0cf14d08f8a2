using InboundBridge.Benchmarks.DnsLatency;

namespace InboundBridge.UnitTests.Benchmarks.DnsLatency;

public class DnsLatencyTableTests
{
    [Fact]
    public void Rates_stand_beside_what_the_answers_time_allows()
    {
        DnsLatencyResult[] results =
        [
            Result(1, 2, 7200), Result(2, 4, 7200), Result(3, 2.5, 8000),
        ];
        Assert.Equal(
            """
            The answers' time allows 1,500 mails/s; asked are 0.7 of them.

            | system | mails/s | of what DNS allows | answers of DNS a mail | p50 ms to the 250 | others took |
            |---|---|---|---|---|---|
            | inboundbridge | 800 [500–1,000] | 0.53 [0.33–0.67] | 3.6 [3.6–4.0] | 210 [210–210] | 5 [5–5] % |

            """,
            DnsLatencyTable.Render(results, 1500));
    }

    private static DnsLatencyResult Result(int round, double seconds, long answers) =>
        new("inboundbridge", round, 2000, TimeSpan.FromSeconds(seconds), TimeSpan.FromMilliseconds(210), answers, 0.05);
}
