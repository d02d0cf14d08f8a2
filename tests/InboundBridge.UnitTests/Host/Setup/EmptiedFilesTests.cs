using InboundBridge.Configuration.Sources;
using InboundBridge.Setup;
using InboundBridge.UnitTests.Host.Configuration.Sources;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Host.Setup;

/// <summary>What a reload takes for a mistake, so that nobody is refused while a deployment is under way.</summary>
public class EmptiedFilesTests
{
    private const string Config = "domains: [example.com]\n";

    [Fact]
    public async Task A_reload_without_rules_is_refused_and_a_start_without_rules_is_not()
    {
        var before = await LoadAsync(Config, ("rules/a.yaml", "rules: [ { name: a, then: [ hold: x ] } ]"));
        Assert.Empty(before.Problems.Items);
        foreach (var files in new (
            string, string)[][] { [], [("rules/a.yaml", "")], [("rules/a.yaml", "rules: []")], [("rules/readme.txt", "moved")] })
        {
            var (setup, problems) = await LoadAsync(Config, before.Setup, files);
            Assert.Null(setup);
            var problem = Assert.Single(problems.Items);
            Assert.Equal(
                ("there were 1 rules, and now there are none", true),
                (problem.Text, problem.Hint!.Contains("allow_empty", StringComparison.Ordinal)));
            Assert.NotNull((await LoadAsync(Config, null, files)).Setup);
        }
    }

    [Fact]
    public async Task One_of_several_files_that_is_cut_off_is_refused_and_one_that_is_deleted_or_commented_out_is_not()
    {
        var kept = ("rules/b.yaml", "rules: [ { name: b, then: [ hold: x ] } ]");
        var before = await LoadAsync(Config, ("rules/a.yaml", "rules: [ { name: a, then: [ hold: x ] } ]"), kept);
        var (setup, problems) = await LoadAsync(Config, before.Setup, ("rules/a.yaml", "\n"), kept);
        Assert.Null(setup);
        Assert.Equal("there were 1 rules in it, and now it is empty", Assert.Single(problems.Items).Text);
        Assert.NotNull((await LoadAsync(Config, before.Setup, kept)).Setup);
        Assert.NotNull((await LoadAsync(Config, before.Setup, ("rules/a.yaml", "# nothing at the moment\n"), kept)).Setup);
        Assert.NotNull((await LoadAsync(Config + "rules: { allow_empty: true }\n", before.Setup, ("rules/a.yaml", ""), kept)).Setup);
    }

    [Fact]
    public async Task Unless_the_operator_allows_it()
    {
        var before = await LoadAsync(Config, ("rules/a.yaml", "rules: [ { name: a, then: [ hold: x ] } ]"));
        Assert.NotNull((await LoadAsync(Config + "rules: { allow_empty: true }\n", before.Setup)).Setup);
    }

    [Fact]
    public async Task A_list_of_recipients_that_is_cut_off_is_refused_likewise()
    {
        const string config = Config + "recipients: { file: recipients.txt }\nrules: { default: hold }\n";
        var before = await LoadAsync(config, ("recipients.txt", "bob@example.com\n"));
        Assert.Empty(before.Problems.Items);
        var (setup, problems) = await LoadAsync(config, before.Setup, ("recipients.txt", "# nobody\n"));
        Assert.Null(setup);
        Assert.Contains("there were 1 recipients in the list, and now there are none", Assert.Single(problems.Items).Text);
    }

    private static Task<(ApplianceSetup? Setup, SourceProblems Problems)> LoadAsync(string config, params (string, string)[] files) =>
        LoadAsync(config, null, files);

    private static async Task<(ApplianceSetup? Setup, SourceProblems Problems)> LoadAsync(
        string config, ApplianceSetup? before, params (string Path, string Text)[] files)
    {
        var disk = new FakeConfigurationFiles();
        disk.Texts["/etc/ib/inboundbridge.yaml"] = config;
        foreach (var (path, text) in files)
            disk.Texts[$"/etc/ib/{path}"] = text;
        var source =
            new ConfigurationSource
            {
                Environment = new Dictionary<string, string>(StringComparer.Ordinal),
                CurrentFolder = "/etc/ib",
                MachineName = "mx",
                Files = disk
            };
        var problems = new SourceProblems();
        await using var scripts = new ScriptWorkers(TimeProvider.System);
        var setup = await ApplianceSetup.LoadAsync(source, scripts, problems, TestContext.Current.CancellationToken, before);
        return (setup, problems);
    }
}
