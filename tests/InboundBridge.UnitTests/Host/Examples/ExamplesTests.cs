using System.Security.Cryptography;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.RuleFiles;
using InboundBridge.Configuration.Sources;
using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Testing;
using InboundBridge.Setup;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Host.Examples;

/// <summary>Everything under examples/ and rules/ is loaded as an operator would load it, and its rule tests run: none can rot.</summary>
public class ExamplesTests
{
    private static readonly string Examples = Path.Combine(RepositoryFiles.Root, "examples");

    public static TheoryData<string> Names =>
        [.. Directory.GetDirectories(Examples).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_example_is_valid_and_its_rule_tests_pass(string name)
    {
        var source = Source(Path.Combine(Examples, name), file: null);
        var problems = new SourceProblems();
        await using var scripts = new ScriptWorkers(TimeProvider.System);
        var setup = await ApplianceSetup.LoadAsync(source, scripts, problems, TestContext.Current.CancellationToken);
        Assert.Empty(problems.Items.Select(problem => problem.ToString()));
        Assert.NotNull(setup);
        Assert.True(setup.Rules.Tests.Count >= 2, "an example shows how its rules are tested");
        Assert.True(File.Exists(Path.Combine(Examples, name, "README.md")));
    }

    /// <summary>
    /// The repository holds no secret and no private key, so the lines that need them are comments until an operator has made both.
    /// </summary>
    [Fact]
    public async Task The_smarthost_example_rewrites_and_signs_once_there_are_a_secret_and_a_key()
    {
        var (folder, example) = (Directory.CreateTempSubdirectory("ib-sign-").FullName, Path.Combine(Examples, "relay-smarthost"));
        try
        {
            var yaml = await File.ReadAllTextAsync(Path.Combine(example, "inboundbridge.yaml"), TestContext.Current.CancellationToken);
            foreach (var option in new[] { "srs", "arc", "dkim" })
                yaml = yaml.Replace($"# {option}: {{", $"{option}: {{", StringComparison.Ordinal);
            await File.WriteAllTextAsync(Path.Combine(folder, "inboundbridge.yaml"), yaml, TestContext.Current.CancellationToken);
            Directory.CreateDirectory(Path.Combine(folder, "rules"));
            File.Copy(Path.Combine(example, "rules/relay.yaml"), Path.Combine(folder, "rules/relay.yaml"));
            var problems = new SourceProblems();
            await using var scripts = new ScriptWorkers(TimeProvider.System);
            Assert.Null(
                await ApplianceSetup.LoadAsync(Source(folder, file: null), scripts, problems, TestContext.Current.CancellationToken));
            Assert.Equal(
                ["srs.secret", "dkim.pem", "dkim.pem"],
                problems.Items.Select(problem => Path.GetFileName(problem.Text.Split(": it")[0])));

            var secret = Path.Combine(folder, "srs.secret");
            await File.WriteAllTextAsync(secret, "a secret of sixteen octets or more\n", TestContext.Current.CancellationToken);

            var key = Path.Combine(folder, "dkim.pem");
            using (var rsa = RSA.Create(2048))
                await File.WriteAllTextAsync(key, rsa.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            problems = new SourceProblems();
            var setup =
                await ApplianceSetup.LoadAsync(Source(folder, file: null), scripts, problems, TestContext.Current.CancellationToken);
            Assert.Empty(problems.Items.Select(problem => problem.ToString()));
            var relays = setup!.Options.Destinations.Select(destination => destination.Options).Cast<RelayOptions>().ToList();
            Assert.Equal(
                ["False False 0", "True True 0", "False False 1"],
                relays.Select(relay => $"{relay.Srs is not null} {relay.Arc is not null} {relay.Dkim.Count}"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_file_of_an_example_names_its_schema(string name)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Examples, name), "*.yaml", SearchOption.AllDirectories))
        {
            var first = File.ReadLines(file).First();
            Assert.StartsWith("# yaml-language-server: $schema=", first, StringComparison.Ordinal);
            var schema = Path.GetFullPath(first.Split('=', 2)[1], Path.GetDirectoryName(file)!);
            Assert.Equal(Path.Combine(RepositoryFiles.Root, "docs/schemas"), Path.GetDirectoryName(schema));
        }
    }

    [Fact]
    public async Task The_root_of_a_fresh_clone_starts_with_the_built_in_defaults()
    {
        var problems = new SourceProblems();
        await using var scripts = new ScriptWorkers(TimeProvider.System);
        var setup =
            await ApplianceSetup.LoadAsync(
                Source(RepositoryFiles.Root, file: null), scripts, problems, TestContext.Current.CancellationToken);
        Assert.Empty(problems.Items.Select(problem => problem.ToString()));
        Assert.Null(setup!.Options.File);
        Assert.NotEmpty(setup.Rules.Rules);
        Assert.Equal(DefaultActionKind.Hold, setup.Options.Rules.Default.Kind);
    }

    [Fact]
    public async Task The_demo_starts_with_the_same_rules_and_its_own_behind_them()
    {
        var folder = Directory.CreateTempSubdirectory("ib-demo-").FullName;
        try
        {
            await InboundBridge.Demo.DemoRules.WriteAsync(Path.Combine(folder, "rules"), TestContext.Current.CancellationToken);
            var source =
                Source(folder, file: null) with
                {
                    Set =
                    [
                        .. new[] { "accounting", "crm", "helpdesk", "inbox" }.Select(
                            name => $"destinations.{name}.webhook={{ url: 'http://127.0.0.1:9', attachments: {{ otherwise: inline }} }}"),
                    ]
                };
            var problems = new SourceProblems();
            await using var scripts = new ScriptWorkers(TimeProvider.System);
            var setup = await ApplianceSetup.LoadAsync(source, scripts, problems, TestContext.Current.CancellationToken);
            Assert.Empty(problems.Items.Select(problem => problem.ToString()));
            Assert.Equal("everything else", setup!.Rules.Rules[^1].Name);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Every_rule_of_the_repository_is_matched_by_a_test()
    {
        var source = Source(RepositoryFiles.Root, file: null);
        var problems = new SourceProblems();
        var options = ConfigurationReader.Read(source).Options!;
        var rules = new RuleFolder(source).Load(options, problems);
        Assert.Empty(problems.Items.Select(problem => problem.ToString()));
        var report =
            await new RuleTestRunner(new RuleEvaluator(), new RuleTestMails(source).Read)
                .RunAsync(rules!, TestContext.Current.CancellationToken);
        Assert.Empty(report.Results.SelectMany(result => result.Failures).Select(failure => failure.ToString()));
        Assert.Empty(report.Coverage.Where(rule => rule.Hits == 0).Select(rule => rule.Rule.Name));
    }

    /// <summary>No variable of whoever runs the tests: an example works as it stands.</summary>
    private static ConfigurationSource Source(string folder, string? file) => new()
    {
        File = file,
        Environment = new Dictionary<string, string>(StringComparer.Ordinal),
        CurrentFolder = folder,
        MachineName = "mx1",
        Files = new DiskConfigurationFiles(),
    };
}
