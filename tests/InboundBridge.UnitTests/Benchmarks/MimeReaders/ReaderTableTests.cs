using InboundBridge.Benchmarks.MimeReaders;

namespace InboundBridge.UnitTests.Benchmarks.MimeReaders;

public class ReaderTableTests
{
    private static readonly string[] Names = ["ours", "theirs"];

    [Fact]
    public void Costs_are_medians_and_the_ratio_is_that_of_the_rounds() => Assert.Equal(
        """
        | mails | µs CPU, ours | µs CPU, theirs | times | KB, ours | KB, theirs | times | same answers |
        |---|---|---|---|---|---|---|---|
        | plain | 20.0 [10.0–40.0] | 100 [60–120] | 5.00 [3.00–6.00] | 2.00 [2.00–2.00] | 8.00 [8.00–8.00] | 4.00 [4.00–4.00] | 9 of 10 |

        """,
        ReaderTable.Ordinary(Names, [new ReaderRow("plain", [Figures(2, 10, 20, 40), Figures(8, 60, 100, 120)], "9 of 10")]));

    [Fact]
    public void A_stopped_system_has_no_ratio() => Assert.Equal(
        """
        | hostile mail | ms CPU, ours | ms CPU, theirs | times | MB, ours | MB, theirs | times |
        |---|---|---|---|---|---|---|
        | deep | 0.01 [0.01–0.01] | stopped after 20 s | – | 0.00 [0.00–0.00] | stopped after 20 s | – |

        """,
        ReaderTable.Hostile(Names, [new ReaderRow("deep", [Figures(2, 10), new ReaderFigures([], "stopped after 20 s")], null)]));

    private static ReaderFigures Figures(double kilobytes, params int[] microseconds) =>
        new([.. microseconds.Select(took => new ReaderCost(TimeSpan.FromMicroseconds(took), kilobytes * 1024))], null);
}
