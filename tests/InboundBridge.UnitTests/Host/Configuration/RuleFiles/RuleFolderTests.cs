using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.RuleFiles;
using InboundBridge.Configuration.Sources;
using InboundBridge.Rules.Evaluation;
using InboundBridge.UnitTests.Host.Configuration.Sources;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Host.Configuration.RuleFiles;

/// <summary>Which files are the rules, in which order, and that what can't be read is an error and never an empty folder.</summary>
public sealed class RuleFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rules-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_yaml_and_yml_file_below_counts_in_the_order_of_its_path()
    {
        Write("b.yml", "b");
        Write("a/z.yaml", "a-z");
        Write("a.yaml", "a");
        Write("a/b/c.yml", "a-b-c");
        Write("\u00e9.yaml", "e");
        Write("Z.yaml", "Z");
        Write("a/notes.txt", "no");
        Write(".hidden.yaml", "no");
        Write(".git/x.yaml", "no");
        Write("a/.swap/x.yaml", "no");
        Assert.Equal(["Z", "a", "a-b-c", "a-z", "b", "e"], Names(Load()));
    }

    [Fact]
    public void The_shadow_rules_below_the_live_ones_are_not_among_them()
    {
        Write("live.yaml", "live");
        Write("next/a.yaml", "next");
        var options = Options(shadow: Path.Combine(_folder, "next"));
        Assert.Equal(["live"], Names(Load(options)));
        Assert.Equal(["next"], Names(Load(options, options.Rules.Shadow)));
    }

    /// <summary>Nothing is silently ignored. A script may choose any option.</summary>
    [Theory]
    [InlineData("sync_timeout: 10s", "webhook: app", true)]
    [InlineData("mode: queue, sync_timeout: 40s", "webhook: app", true)]
    [InlineData("mode: sync, sync_timeout: 10s", "webhook: app", false)]
    [InlineData("sync_timeout: 10s", "webhook: { destination: app, mode: sync }", false)]
    [InlineData("sync_timeout: 10s", "script: \"webhook('app', { mode: 'sync' })\"", false)]
    [InlineData("concurrency: 4", "webhook: app", false)]
    public void A_sync_timeout_that_nothing_uses_is_warned_of(string keys, string action, bool warned)
    {
        Write("a.yaml", "x");
        File.WriteAllText(Path.Combine(_folder, "a.yaml"), $"rules: [ {{ name: x, then: [ {action} ] }} ]");
        var options = ConfigurationCase.OptionsOf(
            $"domains: [example.com]\ndestinations: {{ app: {{ webhook: {{ url: \"https://app.example.com\", {keys} }} }} }}\n");
        options = options with { Rules = options.Rules with { Path = _folder } };
        var problems = new SourceProblems();
        Assert.NotNull(new RuleFolder(Source(new DiskConfigurationFiles())).Load(options, problems));
        var lines = problems.Items.Select(problem => problem.ToString()).ToList();
        if (!warned)
            Assert.Empty(lines);
        else
            Assert.Contains(
                "warning: sync_timeout of 'app' has no effect: neither the destination nor a rule says mode: sync",
                Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mounted_folder_of_links_is_read_once()
    {
        Write("..2026_01_02/a.yaml", "a");
        Directory.CreateSymbolicLink(Path.Combine(_folder, "..data"), "..2026_01_02");
        File.CreateSymbolicLink(Path.Combine(_folder, "a.yaml"), "..data/a.yaml");
        Assert.Equal(["a"], Names(Load()));
    }

    [Fact]
    public void A_linked_folder_counts_and_a_link_that_leads_back_ends()
    {
        var elsewhere = Directory.CreateTempSubdirectory("rules-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(elsewhere, "x.yaml"), Rule("x"));
            Directory.CreateSymbolicLink(Path.Combine(_folder, "more"), elsewhere);
            Directory.CreateSymbolicLink(Path.Combine(elsewhere, "back"), _folder);
            Write("a.yaml", "a");
            Assert.Equal(["a", "x"], Names(Load()));
        }
        finally
        {
            Directory.Delete(elsewhere, recursive: true);
        }
    }

    [Theory]
    [InlineData("gone.yaml")]
    [InlineData("below/gone.yml")]
    public void A_rule_file_that_cannot_be_read_is_an_error(string file)
    {
        Write("a.yaml", "a");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, file))!);
        File.CreateSymbolicLink(Path.Combine(_folder, file), "nowhere.yaml");
        Assert.Contains(Problems(), problem => problem.Contains("can't read the rules", StringComparison.Ordinal));
    }

    [Fact]
    public void A_link_that_leads_to_itself_is_an_error()
    {
        File.CreateSymbolicLink(Path.Combine(_folder, "a.yaml"), "b.yaml");
        File.CreateSymbolicLink(Path.Combine(_folder, "b.yaml"), "a.yaml");
        Assert.Contains(Problems(), problem => problem.Contains("can't read the rules", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_that_cannot_be_read_is_an_error_and_not_an_empty_one()
    {
        var files =
            new FakeConfigurationFiles { Unreadable = { ["/etc/ib/rules"] = "Access to the path '/etc/ib/rules/private' is denied." } };
        files.Texts["/etc/ib/rules/a.yaml"] = Rule("a");
        var problems = new SourceProblems();
        Assert.Null(new RuleFolder(Source(files)).Load("/etc/ib/rules", Options(), problems));
        Assert.Contains("can't read the rules: Access to the path", Assert.Single(problems.Items).Text);
    }

    [Theory]
    [InlineData("lists: { vips: { file: ../vips.txt } }\nrules: [ { name: a, when: { sender: { in: vips } }, then: [ hold: x ] } ]")]
    [InlineData("rules: [ { name: a, then: [ script: { file: ../vips.txt } ] } ]")]
    public void A_file_that_a_rule_names_and_that_cannot_be_read_says_why(string rules)
    {
        var files = new FakeConfigurationFiles { Unreadable = { ["/etc/ib/vips.txt"] = "Permission denied" } };
        files.Texts["/etc/ib/rules/a.yaml"] = rules;
        files.Texts["/etc/ib/vips.txt"] = "x";
        var problems = new SourceProblems();
        Assert.Null(new RuleFolder(Source(files)).Load("/etc/ib/rules", Options(), problems));
        Assert.Contains("can't read '../vips.txt': Permission denied", Assert.Single(problems.Items, problem => !problem.IsWarning).Text);
    }

    [Fact]
    public void Files_that_rules_name_are_known_to_whoever_watches_them()
    {
        File.WriteAllText(Path.Combine(_folder, "vips.txt"), "x@y.example");
        File.WriteAllText(Path.Combine(_folder, "a.yaml"), """
            lists: { vips: { file: vips.txt } }
            rules: [ { name: a, when: { sender: { in: vips } }, then: [ hold: x ] } ]
            tests: [ { name: t, eml: ../mails/one.eml, expect: { rule: a } } ]
            """);
        var folder = new RuleFolder(Source(new DiskConfigurationFiles()));
        Assert.NotNull(folder.Load(_folder, Options(), new SourceProblems()));
        Assert.Equal([Path.Combine(_folder, "vips.txt"), Path.GetFullPath(Path.Combine(_folder, "../mails/one.eml"))], folder.Named);
    }

    private void Write(string file, string rule)
    {
        var path = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, Rule(rule));
    }

    private static string Rule(string name) => $"rules: [ {{ name: {name}, when: {{ sender: {name}@y.example }}, then: [ hold: x ] }} ]";

    private RuleSet? Load(ApplianceOptions? options = null, string? path = null)
    {
        var problems = new SourceProblems();
        var set = new RuleFolder(Source(new DiskConfigurationFiles())).Load(path ?? _folder, options ?? Options(), problems);
        Assert.Empty(problems.Items);
        return set;
    }

    private List<string> Problems()
    {
        var problems = new SourceProblems();
        Assert.Null(new RuleFolder(Source(new DiskConfigurationFiles())).Load(_folder, Options(), problems));
        return [.. problems.Items.Select(problem => problem.ToString())];
    }

    private static string[] Names(RuleSet? set) => [.. set!.Rules.Select(rule => rule.Name)];

    private static ConfigurationSource Source(IConfigurationFiles files) =>
        new()
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal),
            CurrentFolder = "/etc/ib",
            MachineName = "mx",
            Files = files
        };

    private static ApplianceOptions Options(string? shadow = null)
    {
        var options = ConfigurationCase.OptionsOf("domains: [example.com]\n");
        return options with { Rules = options.Rules with { Shadow = shadow } };
    }
}
