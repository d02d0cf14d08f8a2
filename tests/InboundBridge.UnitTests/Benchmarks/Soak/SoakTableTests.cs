using System.CommandLine;
using InboundBridge.Benchmarks.Soak;

namespace InboundBridge.UnitTests.Benchmarks.Soak;

public class SoakTableTests
{
    [Fact]
    public void Growth_is_that_of_the_second_half_of_the_last_life()
    {
        // The first process grew by 1,000 MB an hour; the second starts at 100 MB, settles at 160, and grows by 6 MB an hour from there.
        var samples = Enumerable.Range(0, 60).Select(minute => Sample(minute, 1, 100 + (minute * 1000 / 60.0)))
            .Concat(Enumerable.Range(60, 20).Select(minute => Sample(minute, 2, 100 + ((minute - 60) * 3))))
            .Concat(Enumerable.Range(80, 20).Select(minute => Sample(minute, 2, 160 + ((minute - 80) * 0.1))))
            .ToList();
        Assert.StartsWith(
            """
            | figure | first | median | largest | last | growth an hour |
            |---|---|---|---|---|---|
            | resident MB | 100 | 258.3 | 1083.3 | 161.9 | +6.0 |
            | file handles | 250 | 250 | 250 | 250 | 0 |
            """,
            SoakTable.Render(samples),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_course_is_told_at_seven_moments_from_the_beginning_to_the_end()
    {
        var lines =
            SoakTable.RenderCourse([.. Enumerable.Range(0, 61).Select(minute => Sample(minute, 1, minute * 2))])
                .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            [0, 10, 20, 30, 40, 50, 60],
            lines.Skip(2).Select(line => int.Parse(line.Split('|')[1], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal("| 10 | 20 | 250 | 24 | 30 | 1 |", lines[3]);
    }

    [Fact]
    public void A_single_sample_makes_a_table_too()
    {
        Assert.Contains("| resident MB | 7 | 7 | 7 | 7 | 0 |", SoakTable.Render([Sample(0, 1, 7)]), StringComparison.Ordinal);
        Assert.Contains("| 0 | 7 | 250 |", SoakTable.RenderCourse([Sample(0, 1, 7)]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--minutes takes a number from 0.01 to 1000000, not '0'", "--minutes", "0")]
    [InlineData("--minutes takes a number from 0.01 to 1000000, not 'NaN'", "--minutes", "NaN")]
    [InlineData("--rate takes a whole number from 1 to 2147483647, not '0.5'", "--rate", "0.5")]
    [InlineData("--failures takes a whole number from 0 to 99, not '100'", "--failures", "100")]
    [InlineData("--sample-every takes a number from 0.1 to 1000000, not '1,5'", "--sample-every", "1,5")]
    public void Arguments_that_would_divide_by_zero_or_never_end_are_refused(string error, params string[] line) =>
        Assert.Equal(error, Assert.Single(SoakCommand.Create().Parse(line).Errors).Message);

    private static SoakSample Sample(int minute, int life, double resident) =>
        new(TimeSpan.FromMinutes(minute), life, resident, 250, 24, 30, 1);
}
