using InboundBridge.Configuration.Sources;
using InboundBridge.Setup;
using InboundBridge.UnitTests.Host.Configuration;
using InboundBridge.UnitTests.Host.Configuration.Sources;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Host.Setup;

/// <summary>Bounces name an address for questions, so mail for it should not be refused.</summary>
public class PostmasterCheckTests
{
    private const string Config =
        "hostname: mx.example.com\ndomains: [example.com]\ndelivery: { bounces: { via: out } }\n"
        + "destinations: { out: { relay: { host: smtp.example.net } } }\n";

    private const string Bob = "rules: [ { name: bob, when: { recipient: bob@example.com }, then: [ relay: out ] } ]";

    [Theory]
    [InlineData("hostname: mx.example.com\ndomains: [example.com]\n", "postmaster@example.com")]
    [InlineData("hostname: mx.example.com\ndomains: [example.com, mx.example.com]\n", "postmaster@mx.example.com")]
    [InlineData("hostname: mx.example.com\ndomains: ['*.example.com', other.example]\n", "postmaster@mx.example.com")]
    [InlineData("hostname: mx.example.com\ndomains: ['*.other.example']\n", "postmaster@mx.example.com")]
    public void It_is_at_a_domain_of_ours(string config, string expected) =>
        Assert.Equal(expected, PostmasterCheck.AddressOf(ConfigurationCase.OptionsOf(config)));

    [Theory]
    [InlineData(Bob, "no rule matches, and rules.default rejects")]
    [InlineData("rules: [ { name: closed, then: [ reject: no ] } ]", "by the rule \"closed\"")]
    public async Task Rules_that_always_refuse_it_are_named(string rules, string expected)
    {
        var warning = Assert.Single(await WarningsAsync(Config, rules));
        Assert.Equal($"bounces tell people to ask postmaster@example.com, but mail for it is always refused: {expected}", warning.Text);
        Assert.Equal(3, warning.Position.Line);
    }

    [Theory]
    [InlineData("rules: [ { name: all, then: [ relay: out ] } ]")]
    [InlineData("rules: [ { name: big, when: { size: '> 1MB' }, then: [ reject: no ] }, { name: all, then: [ relay: out ] } ]")]
    [InlineData("rules: [ { name: some, when: { subject: 'x*' }, then: [ hold: x ] } ]")]
    public async Task Rules_that_accept_some_mail_are_not(string rules) => Assert.Empty(await WarningsAsync(Config, rules));

    [Fact]
    public async Task A_default_that_accepts_and_no_bounces_are_fine()
    {
        Assert.Empty(await WarningsAsync(Config + "rules: { default: hold }\n", Bob));
        Assert.Empty(await WarningsAsync(Config.Replace("{ bounces: { via: out } }", "{ workers: 4 }", StringComparison.Ordinal), Bob));
    }

    private static async Task<IReadOnlyList<SourceProblem>> WarningsAsync(string config, string rules)
    {
        var disk = new FakeConfigurationFiles();
        disk.Texts["/etc/ib/inboundbridge.yaml"] = config;
        disk.Texts["/etc/ib/rules/a.yaml"] = rules;
        var source = new ConfigurationSource
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal),
            CurrentFolder = "/etc/ib",
            MachineName = "mx",
            Files = disk,
        };
        var problems = new SourceProblems();
        await using var scripts = new ScriptWorkers(TimeProvider.System);
        Assert.NotNull(await ApplianceSetup.LoadAsync(source, scripts, problems, TestContext.Current.CancellationToken));
        return [.. problems.Items.Where(problem => problem.Text.Contains("postmaster", StringComparison.Ordinal))];
    }
}
