using InboundBridge.MailFlow.Metrics;
using Prometheus;

namespace InboundBridge.UnitTests.MailFlow.Metrics;

public class MetricRegistryTests
{
    private readonly MetricRegistry _registry = new();

    [Fact]
    public async Task A_counter_has_help_type_and_a_line_for_each_series()
    {
        var matches = _registry.Counter("rule_matches_total", "Recipients for which a rule matched", "rule");
        matches.With("b").Inc(2);
        matches.With("a").Inc();
        matches.With("b").Inc(3);
        var text = await MetricsText.ReadAsync(_registry);
        Assert.Contains(
            "# HELP inboundbridge_rule_matches_total Recipients for which a rule matched\n# TYPE inboundbridge_rule_matches_total counter\n",
            text, StringComparison.Ordinal);
        Assert.Equal(
            ["{rule=\"a\"} 1", "{rule=\"b\"} 5"],
            (await MetricsText.SamplesAsync(_registry, "rule_matches_total")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_series_appears_with_its_first_measurement()
    {
        var total = _registry.Counter("seen_total", "x").With();
        var seconds = _registry.Histogram("took_seconds", "x", [1], "stage").With("a");
        Assert.Empty(await MetricsText.SamplesAsync(_registry, "seen_total"));
        Assert.Empty(await MetricsText.SamplesAsync(_registry, "took_seconds_count"));
        total.Inc();
        seconds.Observe(0.5);
        Assert.Equal(["1"], await MetricsText.SamplesAsync(_registry, "seen_total"));
        Assert.Equal(["{stage=\"a\"} 1"], await MetricsText.SamplesAsync(_registry, "took_seconds_count"));
    }

    [Fact]
    public async Task A_series_from_zero_is_exposed_before_the_first_count()
    {
        _registry.Counter("rare_total", "x", "outcome").FromZero("refused");
        Assert.Equal(["{outcome=\"refused\"} 0"], await MetricsText.SamplesAsync(_registry, "rare_total"));
    }

    [Fact]
    public async Task The_buckets_of_a_histogram_are_cumulative()
    {
        var batch = _registry.Histogram("batch", "x", [1, 10], "stage").With("x");
        foreach (var value in new[] { 0.5, 1, 2, 100 })
            batch.Observe(value);
        Assert.Equal(
            ["{stage=\"x\",le=\"1\"} 2", "{stage=\"x\",le=\"10\"} 3", "{stage=\"x\",le=\"+Inf\"} 4"],
            await MetricsText.SamplesAsync(_registry, "batch_bucket"));
        Assert.Equal(["{stage=\"x\"} 103.5"], await MetricsText.SamplesAsync(_registry, "batch_sum"));
    }

    [Fact]
    public async Task Bounds_are_written_as_Prometheus_writes_them()
    {
        _registry.Histogram("short_seconds", "x", [0.00001, 0.0025, 14_400]).With().Observe(1);
        Assert.Equal(
            ["{le=\"1e-05\"} 0", "{le=\"0.0025\"} 0", "{le=\"14400\"} 1", "{le=\"+Inf\"} 1"],
            await MetricsText.SamplesAsync(_registry, "short_seconds_bucket"));
    }

    [Fact]
    public async Task A_series_that_a_reading_does_not_contain_is_gone()
    {
        string[] destinations = ["a", "b"];
        _registry.Observe("destination_up", "x", ["destination"], () => destinations.Select(name => new MetricReading(1, name)));
        Assert.Equal(2, (await MetricsText.SamplesAsync(_registry, "destination_up")).Count);
        destinations = ["a"];
        Assert.Equal(["{destination=\"a\"} 1"], await MetricsText.SamplesAsync(_registry, "destination_up"));
    }

    [Fact]
    public async Task A_reading_that_was_ended_exposes_no_series()
    {
        using (_registry.Observe("spool_messages", "x", () => 3))
            Assert.Equal(["3"], await MetricsText.SamplesAsync(_registry, "spool_messages"));
        Assert.Empty(await MetricsText.SamplesAsync(_registry, "spool_messages"));
    }

    [Fact]
    public async Task A_gauge_that_fails_does_not_affect_others_and_is_counted()
    {
        var fails = false;
        _registry.Observe("broken", "x", () => fails ? throw new InvalidOperationException("the spool is closed") : 2);
        _registry.Observe("fine", "x", () => 1);
        Assert.Equal(["2"], await MetricsText.SamplesAsync(_registry, "broken"));
        fails = true;
        await MetricsText.ReadAsync(_registry);
        Assert.Empty(await MetricsText.SamplesAsync(_registry, "broken"));
        Assert.Equal(["1"], await MetricsText.SamplesAsync(_registry, "fine"));
        Assert.NotEqual(["0"], await MetricsText.SamplesAsync(_registry, "metrics_failed_observations_total"));
    }

    [Fact]
    public async Task Label_values_are_escaped()
    {
        _registry.Counter("odd_total", "x", "rule").With("say \"hi\"\\\n").Inc();
        Assert.Equal(["{rule=\"say \\\"hi\\\"\\\\\\n\"} 1"], await MetricsText.SamplesAsync(_registry, "odd_total"));
    }

    [Fact]
    public async Task Series_beyond_the_bound_are_counted_and_not_kept()
    {
        var wild = _registry.Counter("wild_total", "x", "n");
        for (var series = 0; series < MetricRegistry.MostSeries + 3; series++)
            wild.With($"{series}").Inc();
        var slow = _registry.Histogram("wild_seconds", "x", [1], "n");
        for (var series = 0; series < MetricRegistry.MostSeries + 1; series++)
            slow.With($"{series}").Observe(1);
        Assert.Equal(MetricRegistry.MostSeries, (await MetricsText.SamplesAsync(_registry, "wild_total")).Count);
        Assert.Equal(["4"], await MetricsText.SamplesAsync(_registry, "metrics_dropped_total"));
    }

    [Fact]
    public async Task OpenMetrics_names_a_counter_without_its_suffix_and_ends_with_EOF()
    {
        _registry.Gauge("smtp_connections_open", "x", "listener").With("mx").Inc();
        _registry.Counter("smtp_connections_total", "x", "listener").With("mx").Inc(4);
        var text = await MetricsText.ReadAsync(_registry, ExpositionFormat.OpenMetricsText);
        Assert.Contains(
            "# TYPE inboundbridge_smtp_connections_open gauge\ninboundbridge_smtp_connections_open{listener=\"mx\"} 1.0\n",
            text, StringComparison.Ordinal);
        Assert.Contains(
            "# TYPE inboundbridge_smtp_connections counter\ninboundbridge_smtp_connections_total{listener=\"mx\"} 4.0\n",
            text, StringComparison.Ordinal);
        Assert.EndsWith("# EOF\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Counting_in_a_series_that_is_held_allocates_nothing()
    {
        var counter = _registry.Counter("hot_total", "x", "listener", "verb").With("mx", "RCPT");
        var histogram = _registry.Histogram("hot_seconds", "x", HistogramBuckets.PeerSeconds, "destination").With("helpdesk");
        void Count()
        {
            counter.Inc();
            histogram.Observe(0.01);
        }

        Count();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var times = 0; times < 1000; times++)
            Count();
        Assert.Equal(0, (GC.GetAllocatedBytesForCurrentThread() - before) / 1000);
    }

    [Fact]
    public async Task Counting_on_many_threads_loses_nothing()
    {
        var counter = _registry.Counter("busy_total", "x").With();
        Parallel.For(0, 8, _ =>
        {
            for (var times = 0; times < 10_000; times++)
                counter.Inc();
        });
        Assert.Equal(["80000"], await MetricsText.SamplesAsync(_registry, "busy_total"));
    }

    [Fact]
    public async Task Two_registries_share_nothing()
    {
        _registry.Counter("seen_total", "x").With().Inc();
        var other = new MetricRegistry();
        other.Counter("seen_total", "x").With().Inc(2);
        Assert.Equal(["1"], await MetricsText.SamplesAsync(_registry, "seen_total"));
        Assert.Equal(["2"], await MetricsText.SamplesAsync(other, "seen_total"));
    }

    [Fact]
    public async Task Figures_of_the_process_and_the_runtime_are_exposed()
    {
        _registry.AddProcessFigures();
        var text = await MetricsText.ReadAsync(_registry);
        string[] names =
        [
            "process_working_set_bytes", "process_cpu_seconds_total", "process_open_handles", "dotnet_gc_pause_seconds_total",
            "dotnet_threadpool_threads",
        ];
        foreach (var name in names)
            Assert.Contains($"\n{name} ", text, StringComparison.Ordinal);
    }
}
