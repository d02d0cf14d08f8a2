using System.Text.Json;
using System.Text.RegularExpressions;
using InboundBridge.UnitTests.Host.Api;

namespace InboundBridge.UnitTests.Host.Metrics;

/// <summary>
/// deploy/grafana/dashboard.json is a dashboard that Grafana imports, and asks for metrics and labels that a running appliance has. A
/// scenario test runs its queries.
/// </summary>
public sealed partial class DashboardTests
{
    private static readonly JsonElement Dashboard = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(RepositoryFiles.Root, "deploy/grafana/dashboard.json"))).RootElement;

    private static JsonElement[] Panels => [.. Dashboard.GetProperty("panels").EnumerateArray()];

    private static JsonElement[] Graphs => [.. Panels.Where(panel => panel.GetProperty("type").GetString() != "row")];

    [Fact]
    public void It_has_what_an_import_needs()
    {
        // 36 came with Grafana 9, which the oldest data source reference here needs.
        Assert.InRange(Dashboard.GetProperty("schemaVersion").GetInt32(), 36, 100);
        Assert.Equal("InboundBridge", Dashboard.GetProperty("title").GetString());
        Assert.False(Dashboard.TryGetProperty("id", out _), "an id is that of one Grafana");
        var ids = Panels.Select(panel => panel.GetProperty("id").GetInt32()).ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(Graphs, panel => Assert.NotEmpty(panel.GetProperty("description").GetString()!));
        var titles = Panels.Select(panel => panel.GetProperty("title").GetString()!).ToList();
        Assert.Equal(titles.Distinct(StringComparer.Ordinal), titles);
    }

    [Fact]
    public void Every_query_asks_the_data_source_that_its_reader_chooses()
    {
        var variables = Dashboard.GetProperty("templating").GetProperty("list").EnumerateArray()
            .ToDictionary(variable => variable.GetProperty("name").GetString()!, StringComparer.Ordinal);
        Assert.Equal("prometheus", variables["datasource"].GetProperty("query").GetString());
        Assert.Equal("datasource", variables["datasource"].GetProperty("type").GetString());
        var sources = Graphs.Concat(Graphs.SelectMany(Targets))
            .Concat(variables.Values.Where(each => each.TryGetProperty("datasource", out _)));
        Assert.All(sources, each => Assert.Equal("${datasource}", each.GetProperty("datasource").GetProperty("uid").GetString()));
        var used = Graphs.SelectMany(Targets).SelectMany(target => Variable().Matches(Query(target))).Select(match => match.Value[1..]);
        Assert.Equal([], used.Distinct(StringComparer.Ordinal).Except(variables.Keys, StringComparer.Ordinal).Except(["__rate_interval"]));
        Assert.All(
            Graphs.SelectMany(Targets), target => Assert.Contains("instance=~\"$instance\"", Query(target), StringComparison.Ordinal));
    }

    [Fact]
    public void No_panel_lies_upon_another()
    {
        var taken = new HashSet<(int, int)>();
        foreach (var panel in Panels)
        {
            var place = panel.GetProperty("gridPos");
            int Of(string name) => place.GetProperty(name).GetInt32();
            Assert.InRange(Of("x") + Of("w"), 1, 24);
            for (var x = Of("x"); x < Of("x") + Of("w"); x++)
            {
                for (var y = Of("y"); y < Of("y") + Of("h"); y++)
                    Assert.True(taken.Add((x, y)), panel.GetProperty("title").GetString());
            }
        }
    }

    [Fact]
    public async Task Its_metrics_and_labels_exist()
    {
        await using var api = await ApiFixture.CreateAsync();
        api.Output.CountIn(api.Core.Metrics.Registry);
        var declared = api.Core.Metrics.Registry.Declared.ToDictionary(metric => metric.Name, StringComparer.Ordinal);
        var wrong = new List<string>();
        foreach (var query in Graphs.SelectMany(Targets).Select(Query))
        {
            foreach (Match selector in Selector().Matches(query))
            {
                var name = selector.Groups["name"].Value;
                var kept = declared.GetValueOrDefault(name) ?? declared.GetValueOrDefault(Suffix().Replace(name, string.Empty));
                var labels = Label().Matches(selector.Groups["labels"].Value).Select(label => label.Groups["label"].Value)
                    .Concat(Grouping().Matches(query)
                        .SelectMany(by => by.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries)));
                if (kept is null)
                    wrong.Add($"{name} is no metric: {query}");
                else
                    wrong.AddRange(
                        labels.Except([.. kept.Labels, "instance", "le"], StringComparer.Ordinal)
                            .Select(label => $"{name} has no label {label}"));
            }
        }
        Assert.Equal([], wrong);
    }

    [Fact]
    public void The_list_of_panels_that_may_be_empty_names_panels()
    {
        var lines = File.ReadAllLines(Path.Combine(RepositoryFiles.Root, "tests/testdata/grafana/may-be-empty.txt"))
            .Where(line => !line.StartsWith('#')).ToList();
        Assert.All(lines, line => Assert.Contains(": ", line, StringComparison.Ordinal));
        Assert.Equal(
            [], lines.Select(line => line[..line.IndexOf(": ", StringComparison.Ordinal)])
                .Except(Graphs.Select(panel => panel.GetProperty("title").GetString()), StringComparer.Ordinal));
    }

    [Fact]
    public void The_alerts_as_a_file_are_those_of_the_page()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs/metrics.md"));
        var block = page[(page.IndexOf("```yaml\ngroups:", StringComparison.Ordinal) + "```yaml\n".Length)..];
        var file = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "deploy/prometheus/alerts.yml"));
        Assert.Equal(block[..block.IndexOf("```", StringComparison.Ordinal)], file[file.IndexOf("groups:", StringComparison.Ordinal)..]);
        var tests = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "deploy/prometheus/alerts.test.yml"));
        foreach (Match alert in Alert().Matches(file))
        {
            Assert.Contains($"- name: {alert.Groups["name"].Value} fires\n", tests, StringComparison.Ordinal);
            Assert.Contains($"- name: {alert.Groups["name"].Value} does not fire\n", tests, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<JsonElement> Targets(JsonElement panel) => panel.GetProperty("targets").EnumerateArray();

    private static string Query(JsonElement target) => target.GetProperty("expr").GetString()!;

    [GeneratedRegex(@"\$\w+")]
    private static partial Regex Variable();

    [GeneratedRegex(@"inboundbridge_(?<name>\w+)\{(?<labels>[^}]*)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Selector();

    [GeneratedRegex("_(bucket|sum|count)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Suffix();

    [GeneratedRegex(@"(?<label>\w+)(=~|!=|!~|=)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Label();

    [GeneratedRegex(@"by \((?<labels>[^)]*)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Grouping();

    [GeneratedRegex(@"- alert: (?<name>\w+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Alert();
}
