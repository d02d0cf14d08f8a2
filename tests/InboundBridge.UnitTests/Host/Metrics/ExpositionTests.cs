using System.Diagnostics.Metrics;
using InboundBridge.Metrics;

namespace InboundBridge.UnitTests.Host.Metrics;

public sealed class ExpositionTests : IDisposable
{
    private readonly Meter _meter = new(MetricsCollector.MeterName);
    private readonly MetricsCollector _collector;

    public ExpositionTests() => _collector = new MetricsCollector(_meter);

    public void Dispose()
    {
        _collector.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void A_counter_has_help_type_and_a_line_for_each_set_of_labels()
    {
        var counter = _meter.CreateCounter<long>("rule_matches_total", description: "Recipients for which a rule matched");
        counter.Add(2, Tag("rule", "b"));
        counter.Add(1, Tag("rule", "a"));
        counter.Add(3, Tag("rule", "b"));
        Assert.StartsWith(
            """
            # HELP inboundbridge_rule_matches_total Recipients for which a rule matched
            # TYPE inboundbridge_rule_matches_total counter
            inboundbridge_rule_matches_total{rule="a"} 1
            inboundbridge_rule_matches_total{rule="b"} 5

            """,
            _collector.Expose(ExpositionFormat.Prometheus), StringComparison.Ordinal);
    }

    [Fact]
    public void A_histogram_counts_upwards_to_infinity()
    {
        var histogram =
            _meter.CreateHistogram<double>("batch", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 10] });
        foreach (var value in new[] { 0.5, 1, 2, 100 })
            histogram.Record(value, Tag("stage", "x"));
        Assert.Contains(
            """
            # TYPE inboundbridge_batch histogram
            inboundbridge_batch_bucket{stage="x",le="1"} 2
            inboundbridge_batch_bucket{stage="x",le="10"} 3
            inboundbridge_batch_bucket{stage="x",le="+Inf"} 4
            inboundbridge_batch_sum{stage="x"} 103.5
            inboundbridge_batch_count{stage="x"} 4

            """,
            _collector.Expose(ExpositionFormat.Prometheus), StringComparison.Ordinal);
    }

    [Fact]
    public void Gauges_of_every_kind_show_their_last_value()
    {
        var open = _meter.CreateUpDownCounter<long>("open");
        open.Add(3);
        open.Add(-1);
        var level = _meter.CreateGauge<double>("level");
        level.Record(1.5);
        level.Record(0.25);
        var observed = 7;
        _meter.CreateObservableGauge("observed", () => observed);
        observed = 8;
        _meter.CreateObservableCounter("seen_total", () => 5L);
        var text = _collector.Expose(ExpositionFormat.Prometheus);
        Assert.Contains("# TYPE inboundbridge_open gauge\ninboundbridge_open 2\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE inboundbridge_level gauge\ninboundbridge_level 0.25\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE inboundbridge_observed gauge\ninboundbridge_observed 8\n", text, StringComparison.Ordinal);
        _collector.Expose(ExpositionFormat.Prometheus);
        Assert.Contains(
            "# TYPE inboundbridge_seen_total counter\ninboundbridge_seen_total 5\n", _collector.Expose(ExpositionFormat.Prometheus),
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_observed_no_more_is_gone()
    {
        string[] destinations = ["a", "b"];
        _meter.CreateObservableGauge(
            "destination_up", () => destinations.Select(name => new Measurement<int>(1, Tag("destination", name))));
        Assert.Contains("{destination=\"b\"}", _collector.Expose(ExpositionFormat.Prometheus), StringComparison.Ordinal);
        destinations = ["a"];
        Assert.DoesNotContain("{destination=\"b\"}", _collector.Expose(ExpositionFormat.Prometheus), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gauge_that_fails_takes_no_other_one_with_it()
    {
        _meter.CreateObservableGauge<int>("broken", Broken);
        _meter.CreateObservableGauge("fine", () => 1);
        var text = _collector.Expose(ExpositionFormat.Prometheus);
        Assert.Contains("inboundbridge_fine 1\n", text, StringComparison.Ordinal);
        Assert.Contains("inboundbridge_metrics_failed_observations_total 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Label_values_and_help_are_escaped()
    {
        _meter.CreateCounter<long>("odd_total", description: "a \\ and\na line").Add(1, Tag("rule", "say \"hi\"\\\n"));
        var text = _collector.Expose(ExpositionFormat.Prometheus);
        Assert.Contains("# HELP inboundbridge_odd_total a \\\\ and\\na line\n", text, StringComparison.Ordinal);
        Assert.Contains("inboundbridge_odd_total{rule=\"say \\\"hi\\\"\\\\\\n\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_order_of_labels_makes_no_second_series()
    {
        var counter = _meter.CreateCounter<long>("ordered_total");
        counter.Add(1, Tag("b", "2"), Tag("a", "1"));
        counter.Add(1, Tag("a", "1"), Tag("b", "2"));
        Assert.Contains(
            "inboundbridge_ordered_total{a=\"1\",b=\"2\"} 2\n", _collector.Expose(ExpositionFormat.Prometheus), StringComparison.Ordinal);
    }

    [Fact]
    public void Series_beyond_the_cap_are_counted_and_not_kept()
    {
        var counter = _meter.CreateCounter<long>("wild_total");
        for (var series = 0; series < MetricFamily.MostSeries + 3; series++)
            counter.Add(1, Tag("n", series.ToString()));
        var text = _collector.Expose(ExpositionFormat.Prometheus);
        Assert.Equal(
            MetricFamily.MostSeries,
            text.Split('\n').Count(line => line.StartsWith("inboundbridge_wild_total{", StringComparison.Ordinal)));
        Assert.Contains("inboundbridge_metrics_dropped_total 3\n", text, StringComparison.Ordinal);
    }

    /// <summary>A gauge jobs and a counter jobs_total: OpenMetrics would call both families jobs.</summary>
    [Fact]
    public void OpenMetrics_has_no_two_families_of_one_name()
    {
        _meter.CreateUpDownCounter<long>("jobs").Add(1, Tag("listener", "mx"));
        _meter.CreateCounter<long>("jobs_total").Add(4, Tag("listener", "mx"));
        _meter.CreateCounter<long>("bounces_total").Add(1);
        var text = _collector.Expose(ExpositionFormat.OpenMetrics);
        Assert.Contains("# TYPE inboundbridge_jobs gauge\ninboundbridge_jobs{listener=\"mx\"} 1.0\n", text, StringComparison.Ordinal);
        Assert.Contains(
            "# TYPE inboundbridge_jobs_total unknown\ninboundbridge_jobs_total{listener=\"mx\"} 4.0\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE inboundbridge_bounces counter\ninboundbridge_bounces_total 1.0\n", text, StringComparison.Ordinal);
        Assert.EndsWith("# EOF\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Recording_allocates_nothing()
    {
        var counter = _meter.CreateCounter<long>("hot_total");
        var histogram = _meter.CreateHistogram<double>("hot_seconds");
        void Record()
        {
            counter.Add(1, Tag("listener", "mx"), Tag("verb", "RCPT"));
            histogram.Record(0.01, Tag("destination", "helpdesk"));
        }

        Record();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var times = 0; times < 1000; times++)
            Record();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Adding_from_many_threads_loses_nothing()
    {
        var counter = _meter.CreateCounter<double>("busy_total");
        Parallel.For(0, 8, _ =>
        {
            for (var times = 0; times < 10_000; times++)
                counter.Add(1, Tag("a", "b"));
        });
        Assert.Contains(
            "inboundbridge_busy_total{a=\"b\"} 80000\n", _collector.Expose(ExpositionFormat.Prometheus), StringComparison.Ordinal);
    }

    private static int Broken() => throw new InvalidOperationException("the spool is closed");

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
