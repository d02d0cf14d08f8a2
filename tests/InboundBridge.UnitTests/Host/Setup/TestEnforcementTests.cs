using InboundBridge.Configuration.Sources;
using InboundBridge.Setup;
using InboundBridge.UnitTests.Host.Commands;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Host.Setup;

/// <summary>A rule test can't promise what a check with <c>enforce</c> prevents.</summary>
public sealed class TestEnforcementTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("enforced-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("iprev: enforce", "client_name: null", "authentication.iprev (enforce) answers 550 5.7.25")]
    [InlineData("iprev: enforce", "client_name: a.example", null)]
    [InlineData("iprev: enforce", "spf: fail", null)]
    [InlineData("spf: enforce", "spf: fail", "authentication.spf (enforce) answers 550 5.7.23")]
    [InlineData("spf: enforce", "spf: softfail", null)]
    [InlineData("spf: enforce", "spf: temperror", null)]
    [InlineData("spf: { mode: enforce, on_temporary_error: defer }", "spf: temperror", "authentication.spf (enforce) answers 451 4.7.24")]
    [InlineData("spf: on", "spf: fail", null)]
    [InlineData("dkim: enforce", "dkim: none", "authentication.dkim (enforce) answers 550 5.7.20")]
    [InlineData("dkim: enforce", "dkim: policy", "authentication.dkim (enforce) answers 550 5.7.20")]
    [InlineData("dkim: enforce", "dkim: pass", null)]
    [InlineData("dkim: enforce", "dkim: temperror", null)]
    [InlineData("dkim: enforce", "spf: pass", null)]
    [InlineData("dkim: { mode: enforce, on_temporary_error: defer }", "dkim: temperror", "authentication.dkim (enforce) answers 451 4.7.5")]
    [InlineData("dmarc: enforce", "dmarc: fail, dmarc_policy: reject", "authentication.dmarc (enforce) answers 550 5.7.1")]
    [InlineData("dmarc: enforce", "verdict: fail, dmarc_policy: reject", "authentication.dmarc (enforce) answers 550 5.7.1")]
    [InlineData("dmarc: enforce", "dmarc: permerror", "authentication.dmarc (enforce) answers 550 5.7.1")]
    [InlineData("dmarc: enforce", "dmarc: fail", null)]
    [InlineData("dmarc: enforce", "dmarc: fail, dmarc_policy: none", null)]
    [InlineData("dmarc: enforce", "dmarc: fail, dmarc_policy: reject, verdict: forwarded", null)]
    [InlineData("dmarc: on", "dmarc: fail, dmarc_policy: reject", null)]
    [InlineData("dmarc: { mode: enforce, on_temporary_error: defer }", "dmarc: temperror", "authentication.dmarc (enforce) answers 451 4.7.5")]
    public async Task A_test_of_mail_that_no_rule_sees_fails(string checks, string given, string? said)
    {
        var run = await TestAsync(checks, given);
        AssertFails(run, said is null ? null : $"rules.yaml:4:5: error: test 'one': no rule sees this mail, because {said} (test a mail");
    }

    [Theory]
    [InlineData("webhook: hook", true)]
    [InlineData("rule: all", false)]
    [InlineData("tags: []", false)]
    public async Task A_test_of_mail_that_is_held_expects_no_delivery(string expected, bool fails)
    {
        var run = await TestAsync("dmarc: enforce", "dmarc: fail, dmarc_policy: quarantine", expected: expected);
        AssertFails(run, fails ? "test 'one': authentication.dmarc (enforce) holds this mail, whatever rule delivers it" : null);
    }

    [Theory]
    [InlineData("spf: enforce", "spf: fail", "postmaster@example.com", false)]
    [InlineData("spf: enforce", "spf: fail", "postmaster", false)]
    [InlineData("dmarc: enforce", "dmarc: permerror", "[Postmaster@example.com, ann@example.com]", true)]
    public async Task Mail_for_postmaster_alone_comes_to_the_rules(string checks, string given, string recipient, bool fails)
    {
        var run = await TestAsync(checks, given, recipient);
        AssertFails(run, fails ? "no rule sees this mail" : null);
    }

    /// <summary>Their results are none, because nothing is checked.</summary>
    [Theory]
    [InlineData("dkim: none, user: al", false)]
    [InlineData("dkim: none, client_ip: 10.1.2.3", false)]
    [InlineData("dkim: none, client_ip: 192.0.2.1", true)]
    [InlineData("dkim: none, listener: inside", false)]
    [InlineData("dkim: none, listener: outside", true)]
    public async Task Mail_that_is_not_checked_comes_to_the_rules(string given, bool fails)
    {
        var run = await TestAsync("dkim: enforce", given);
        AssertFails(run, fails ? "no rule sees this mail" : null);
    }

    [Theory]
    [InlineData("recipient: ann@example.com", "dkim: enforce", "dkim: none", false)]
    [InlineData("recipient: ann@example.com", "spf: enforce", "spf: fail", true)]
    [InlineData("not: { text: secret }", "dkim: enforce", "dkim: none", true)]
    public async Task Rules_that_refuse_mail_before_the_check_come_first(string condition, string checks, string given, bool fails)
    {
        var run = await TestAsync(checks, given, expected: "reject: true", rule: $"when: {{ {condition} }}, then: [ reject: no ]");
        AssertFails(run, fails ? "no rule sees this mail" : null);
    }

    [Fact]
    public async Task Check_and_the_start_find_it_too()
    {
        const string Said = "authentication.spf (enforce) answers 550 5.7.23";
        await TestAsync("spf: enforce", "spf: fail");
        var file = Path.Combine(_folder, "inboundbridge.yaml");
        var check = new CommandRun();
        Assert.Equal(1, await check.RunAsync("check", "--offline", "--config", file));
        Assert.Contains(Said, check.Out, StringComparison.Ordinal);

        var problems = new SourceProblems();
        await using var scripts = new ScriptWorkers(TimeProvider.System);
        var source = new ConfigurationSource
        {
            File = file,
            Environment = new Dictionary<string, string>(StringComparer.Ordinal),
            CurrentFolder = _folder,
            MachineName = "mx1",
            Files = new DiskConfigurationFiles(),
        };
        Assert.Null(await ApplianceSetup.LoadAsync(source, scripts, problems, TestContext.Current.CancellationToken));
        Assert.Contains(Said, Assert.Single(problems.Items, problem => !problem.IsWarning).ToString(), StringComparison.Ordinal);
    }

    private static void AssertFails(CommandRun run, string? said)
    {
        Assert.Equal(said is null ? "1 of 1 tests passed" : "0 of 1 tests passed", run.Error.Trim());
        Assert.Contains(said ?? string.Empty, run.Out, StringComparison.Ordinal);
    }

    private async Task<CommandRun> TestAsync(
        string checks, string given, string recipient = "ann@example.com", string expected = "rule: all",
        string rule = "when: { recipient: \"*\" }, then: [ webhook: hook ]")
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "rules.yaml"),
            $$"""
            rules:
              - { name: all, {{rule}} }
            tests:
              - { name: one, mail: { recipient: {{recipient}} }, given: { {{given}} }, expect: { {{expected}} } }

            """,
            TestContext.Current.CancellationToken);
        var file = Path.Combine(_folder, "inboundbridge.yaml");
        await File.WriteAllTextAsync(
            file,
            $$"""
            domains: [example.com]
            authentication: { {{checks}} }
            smtp:
              trusted: [10.0.0.0/8]
              listeners:
                - { name: outside, address: "127.0.0.1:2525" }
                - { name: inside, address: "127.0.0.1:2526", mode: lmtp }
            rules: { path: rules.yaml }
            destinations: { hook: { webhook: { url: "http://127.0.0.1:9/", attachments: { otherwise: inline } } } }
            spool: { path: {{_folder}}/data }

            """,
            TestContext.Current.CancellationToken);
        var run = new CommandRun();
        await run.RunAsync("test", "--config", file);
        return run;
    }
}
