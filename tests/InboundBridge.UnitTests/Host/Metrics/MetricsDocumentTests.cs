using System.Globalization;
using System.Text.RegularExpressions;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.UnitTests.Host.Api;
using InboundBridge.UnitTests.MailFlow.Metrics;

namespace InboundBridge.UnitTests.Host.Metrics;

/// <summary>
/// docs/metrics.md and a running appliance name the same metrics with the same kinds and labels; and so does
/// tests/testdata/metrics/kept.txt, which lists what dashboards and alerts rely on, buckets included. A line of that file is never changed.
/// </summary>
public sealed partial class MetricsDocumentTests
{
    private const string Prefix = "inboundbridge_";

    [Fact]
    public async Task The_page_names_each_metric_with_its_kind_and_labels_and_no_other()
    {
        await using var api = await ApiFixture.CreateAsync();
        Assert.Equal(Documented(), Declared(api));
    }

    [Fact]
    public async Task Metrics_that_dashboards_rely_on_still_exist()
    {
        await using var api = await ApiFixture.CreateAsync();
        var declared = Registry(api).Declared.Select(metric => string.Join(' ',
        [
            metric.Kind, metric.Name, metric.Labels.Count == 0 ? "-" : string.Join(',', metric.Labels),
            .. metric.Buckets.Select(bound => bound.ToString("R", CultureInfo.InvariantCulture)),
        ]));
        var kept = await File.ReadAllLinesAsync(
            Path.Combine(RepositoryFiles.Root, "tests/testdata/metrics/kept.txt"), TestContext.Current.CancellationToken);
        Assert.Equal([], kept.Where(line => !line.StartsWith('#')).Except(declared, StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_page_names_each_figure_of_the_process_and_no_other()
    {
        var registry = new MetricRegistry();
        registry.AddProcessFigures();
        var exposed = Type().Matches(await MetricsText.ReadAsync(registry)).Select(type => type.Groups[1].Value)
            .Where(name => !name.StartsWith(Prefix, StringComparison.Ordinal));
        Assert.Equal(
            exposed.Order(StringComparer.Ordinal),
            Words(Page()).Where(word => Figure().IsMatch(word)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Series_that_an_alert_asks_for_with_increase_exist_from_the_start()
    {
        await using var api = await ApiFixture.CreateAsync();
        var lines = (await MetricsText.ReadAsync(Registry(api))).Split('\n');
        var asked = Increase().Matches(Page()).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(asked);
        Assert.All(asked, series => Assert.Contains(lines, line => line.StartsWith(series, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task No_help_text_has_a_quote()
    {
        await using var api = await ApiFixture.CreateAsync();
        var help = (await MetricsText.ReadAsync(Registry(api))).Split('\n')
            .Where(line => line.StartsWith("# HELP", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(help);
        Assert.DoesNotContain(help, line => line.Contains('"', StringComparison.Ordinal) || line.Contains('\\', StringComparison.Ordinal));
    }

    [Fact]
    public void Alerts_of_the_page_ask_for_metrics_that_exist()
    {
        var names = Documented().Select(line => line.Split(' ')[1]).ToHashSet(StringComparer.Ordinal);
        var asked = Alert().Matches(Page())
            .SelectMany(alert => Name().Matches(alert.Groups[1].Value)).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(asked);
        Assert.Equal([], asked.Except(names, StringComparer.Ordinal));
    }

    [Fact]
    public void Alerts_of_the_page_use_labels_that_their_metrics_have()
    {
        var labels = Documented().Select(line => line.Split(' ')).ToDictionary(
            words => words[1], words => words[2].Split(','), StringComparer.Ordinal);
        var used = Alert().Matches(Page()).Select(alert => alert.Groups[1].Value).SelectMany(query => Selector().Matches(query)
            .SelectMany(selector => LabelName().Matches(selector.Groups[2].Value)
                .Concat(Grouping().Matches(query)).Select(label => (Metric: selector.Groups[1].Value, Label: label.Groups[1].Value))))
            .ToList();
        Assert.NotEmpty(used);
        Assert.Equal([], used.Where(each => !labels[each.Metric].Contains(each.Label, StringComparer.Ordinal)));
    }

    [Fact]
    public async Task The_time_of_rules_is_that_of_live_mail()
    {
        await using var api = await ApiFixture.CreateAsync(rules: """
            rules: [ { name: all, then: [ webhook: hook ] } ]
            tests: [ { name: t, mail: { recipient: a@example.com }, expect: { rule: all } } ]
            """);
        await api.AskAsync("POST /api/v1/explain?from=al@sender.test&to=a@example.com", body: "Subject: x\r\n\r\ny\r\n");
        Assert.DoesNotContain("rule_evaluation_seconds_count", await MetricsText.ReadAsync(Registry(api)), StringComparison.Ordinal);
        await api.SubmitAsync("x");
        Assert.Contains(
            "rule_evaluation_seconds_count{stage=\"recipient\"} 1", await MetricsText.ReadAsync(Registry(api)), StringComparison.Ordinal);
    }

    private static MetricRegistry Registry(ApiFixture api)
    {
        // The log is there before the appliance and outlives it, so the appliance's run adds its metric.
        api.Output.CountIn(api.Core.Metrics.Registry);
        return api.Core.Metrics.Registry;
    }

    private static List<string> Declared(ApiFixture api) =>
        [.. Registry(api).Declared
            .Select(metric => $"{metric.Kind} {metric.Name} {string.Join(',', metric.Labels)}").Order(StringComparer.Ordinal)];

    /// <summary>Rows such as <c>| `spool_messages`, `spool_bytes` | gauge | `label`, `label` | words |</c>.</summary>
    private static List<string> Documented() =>
    [
        .. Row().Matches(Page())
            .SelectMany(row => Words(row.Groups[1].Value)
                .Select(name => $"{row.Groups[2].Value} {name} {string.Join(',', Words(row.Groups[3].Value))}"))
            .Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<string> Words(string cell) => Code().Matches(cell).Select(word => word.Groups[1].Value);

    private static string Page() => File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs/metrics.md"));

    [GeneratedRegex(@"^\| (?<names>`[^|]+`) \| (?<kind>counter|gauge|histogram) \|(?<labels>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([a-z_]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("^# TYPE (?<name>\\w+) ", RegexOptions.Multiline)]
    private static partial Regex Type();

    [GeneratedRegex("^(process|dotnet)_")]
    private static partial Regex Figure();

    [GeneratedRegex(@"increase\((inboundbridge_[^\[]+)\[")]
    private static partial Regex Increase();

    [GeneratedRegex(@"^\s+expr: (?<query>.+)$", RegexOptions.Multiline)]
    private static partial Regex Alert();

    [GeneratedRegex(Prefix + @"(\w+)")]
    private static partial Regex Name();

    [GeneratedRegex(Prefix + @"(\w+)(?:\{([^}]*)\})?")]
    private static partial Regex Selector();

    [GeneratedRegex(@"(\w+)(?:=~|!=|!~|=)""")]
    private static partial Regex LabelName();

    [GeneratedRegex(@"by \((\w+)\)")]
    private static partial Regex Grouping();
}
