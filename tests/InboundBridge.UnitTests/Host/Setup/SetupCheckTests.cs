using InboundBridge.Configuration.Sources;
using InboundBridge.Setup;
using InboundBridge.UnitTests.Host.Commands;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Host.Setup;

/// <summary>A start and a reload warn of the same as <c>check</c>.</summary>
public sealed class SetupCheckTests : IDisposable
{
    private const string Hold = "rules: [ { name: all, then: [ hold: x ] } ]";

    private readonly string _folder = Directory.CreateTempSubdirectory("warned-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(
        "destinations: { app: { webhook: { url: 'https://app.example.com' } } }", Hold, 3,
        "without http.public_url attachments can't be linked: large ones go to app inside the request")]
    [InlineData("rules: { default: reject }", "rules: []", 3, "there are no rules, and every mail is refused that no rule decides")]
    [InlineData(
        "destinations: { app: { webhook: { url: 'https://a.example.com', attachments: { otherwise: omit }, sync_timeout: 9s } } }", Hold, 0,
        "sync_timeout of 'app' has no effect: neither the destination nor a rule says mode: sync")]
    [InlineData(
        "destinations: { out: { relay: { mx: true, srs: short } } }", Hold, 3,
        "a secret of srs is shorter than 16 octets, and can be guessed from a forwarded mail")]
    [InlineData(
        "delivery: { bounces: { via: out } }\ndestinations: { out: { relay: { mx: true } } }",
        "rules: [ { name: none, then: [ reject: x ] } ]", 3,
        "bounces tell people to ask postmaster@example.com, but mail for it is always refused: by the rule \"none\"")]
    [InlineData("rules: { default: hold }", "rules: []", 0, null)]
    [InlineData(
        "rules: { default: hold }\n"
            + "destinations: { out: { relay: { mx: true, srs: { domain: srs.example.com, secret: 0123456789abcdef } } } }",
        "rules: [ { name: p, when: { recipient: postmaster@srs.example.com }, then: [ relay: out ] } ]\n"
            + "tests: [ { name: t, mail: { sender: al@customer.example, recipient: postmaster@srs.example.com }, expect: { rule: p } } ]",
        0, null)]
    public async Task What_check_warns_of_a_start_and_a_reload_warn_of_too(string config, string rules, int line, string? warning)
    {
        var file = Path.Combine(_folder, "inboundbridge.yaml");
        Directory.CreateDirectory(Path.Combine(_folder, "rules"));
        await File.WriteAllTextAsync(
            file, $"hostname: mx.example.com\ndomains: [example.com]\n{config}\nspool: {{ path: {_folder}/data }}\n",
            TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_folder, "rules/a.yaml"), rules, TestContext.Current.CancellationToken);
        var source = new ConfigurationSource
        {
            File = file,
            Environment = new Dictionary<string, string>(StringComparer.Ordinal),
            CurrentFolder = _folder,
            MachineName = "mx",
            Files = new DiskConfigurationFiles(),
        };
        var problems = new SourceProblems();
        await using var scripts = new ScriptWorkers(TimeProvider.System);
        Assert.NotNull(await ApplianceSetup.LoadAsync(source, scripts, problems, TestContext.Current.CancellationToken));
        var check = new CommandRun();
        Assert.Equal(0, await check.RunAsync("check", "--offline", "--config", file));
        var checkedLines = check.Out.Split('\n').Where(text => text.Contains("warning: ", StringComparison.Ordinal)).ToList();
        if (warning is null)
        {
            Assert.Empty(problems.Items.Select(problem => problem.ToString()));
            Assert.Empty(checkedLines);
            return;
        }
        var warned = Assert.Single(problems.Items);
        Assert.Equal((true, warning, line), (warned.IsWarning, warned.Text, warned.Position.Line));
        Assert.Contains(warning, Assert.Single(checkedLines), StringComparison.Ordinal);
    }
}
