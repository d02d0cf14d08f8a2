using InboundBridge.Benchmarks.Figures;

namespace InboundBridge.UnitTests.Benchmarks.Figures;

public class SpreadTests
{
    [Theory]
    [InlineData(new[] { 3.0 }, 3)]
    [InlineData(new[] { 9.0, 1, 5 }, 5)]
    [InlineData(new[] { 4.0, 1, 2, 100 }, 3)]
    [InlineData(new double[0], double.NaN)]
    public void The_median_is_in_the_middle_whatever_the_order(double[] values, double median) =>
        Assert.Equal(median, Spread.Median(values));

    [Theory]
    [InlineData(new[] { 3.0, 1, 2 }, "0", "2 [1–3]")]
    [InlineData(new[] { 1.0, 2 }, "0.00", "1.50 [1.00–2.00]")]
    [InlineData(new[] { 12_607.4 }, "#,0", "12,607 [12,607–12,607]")]
    [InlineData(new double[0], "0", "–")]
    public void A_median_is_written_with_its_range(double[] values, string format, string text) =>
        Assert.Equal(text, Spread.Of(values, format));

    [Fact]
    public void Of_a_hundred_values_each_percentile_is_the_value_of_that_rank()
    {
        int[] sorted = [.. Enumerable.Range(1, 100)];
        Assert.Equal(sorted, sorted.Select(percent => Spread.Percentile(sorted, percent)));
    }

    [Theory]
    [InlineData(1, 50, 10)]
    [InlineData(1, 99, 10)]
    [InlineData(4, 0, 10)]
    [InlineData(4, 50, 20)]
    [InlineData(4, 51, 30)]
    [InlineData(4, 99, 40)]
    [InlineData(4, 100, 40)]
    [InlineData(0, 99, 0)]
    public void A_percentile_is_a_value_that_was_measured(int count, double percent, int expected) =>
        Assert.Equal(expected, Spread.Percentile([.. Enumerable.Range(1, count).Select(number => number * 10)], percent));
}
