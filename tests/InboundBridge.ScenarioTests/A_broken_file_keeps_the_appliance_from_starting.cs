using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

/// <summary>The appliance does not start, and says file, line, column, the error and what was probably meant.</summary>
public sealed class A_broken_file_keeps_the_appliance_from_starting : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task A_misspelt_key_of_the_configuration() => RefusedAsync(
        configuration => configuration.Replace("hostname:", "hostnaem:", StringComparison.Ordinal),
        "inboundbridge.yaml:1:1: error: .*hostnaem.*\\(.*hostname.*\\)");

    [Fact]
    public Task A_value_that_is_none() => RefusedAsync(
        configuration => configuration.Replace("message_size: 100MB", "message_size: plenty", StringComparison.Ordinal),
        @"inboundbridge.yaml:3:\d+: error: ");

    [Fact]
    public Task Broken_yaml() =>
        RefusedAsync(configuration => configuration + "tls: { certificates: [\n", @"inboundbridge.yaml:\d+:\d+: error: ");

    [Fact]
    public Task A_certificate_that_is_not_there() => RefusedAsync(
        configuration => configuration + "tls: { certificates: [{ cert: missing.pem, key: missing.key }] }\n",
        @"inboundbridge.yaml:\d+:\d+: error: .*missing\.pem");

    [Fact]
    public Task A_misspelt_condition_of_a_rule() => RefusedAsync(
        configuration => configuration, @"scenario.yaml:3:\d+: error: .*recipeint.*\(.*recipient.*\)",
        rules => rules.Replace("recipient:", "recipeint:", StringComparison.Ordinal));

    [Fact]
    public Task A_rule_for_a_destination_that_is_none() => RefusedAsync(
        configuration => configuration, @"scenario.yaml:4:\d+: error: .*ap\b.*\(.*app.*\)",
        rules => rules.Replace("webhook: app", "webhook: ap", StringComparison.Ordinal));

    [Fact]
    public async Task All_problems_are_reported_at_once()
    {
        var (run, check) = await RunAsync(
            configuration => configuration.Replace("hostname:", "hostnaem:", StringComparison.Ordinal) + "nonsense: 1\n", breakRules: null);
        foreach (var output in new[] { run.Output, check.Output })
        {
            Assert.Contains("hostnaem", output, StringComparison.Ordinal);
            Assert.Contains("nonsense", output, StringComparison.Ordinal);
        }
    }

    private async Task RefusedAsync(Func<string, string> breakConfiguration, string expected, Func<string, string>? breakRules = null)
    {
        var (run, check) = await RunAsync(breakConfiguration, breakRules);
        Assert.Matches(expected, run.Output);
        Assert.Matches(expected, check.Output);
    }

    private async Task<(PeerResult Run, PeerResult Check)> RunAsync(
        Func<string, string> breakConfiguration, Func<string, string>? breakRules)
    {
        var rules = ApplianceSetup.Everything("webhook: app");
        string[] destinations = ["app: { webhook: { url: \"http://127.0.0.1:9/\" } }"];
        var configuration = ApplianceSetup.Write(_folder, breakRules is null ? rules : breakRules(rules), destinations);
        var file = _folder.Write(
            "inboundbridge.yaml",
            breakConfiguration(configuration).Replace(Appliance.SmtpAddress, "127.0.0.1:0", StringComparison.Ordinal).Replace(
                Appliance.HttpAddress, "127.0.0.1:0", StringComparison.Ordinal));

        var run = await Appliance.RunAsync(["run", "--config", file], _folder.Path);
        var check = await Appliance.RunAsync(["check", "--config", file], _folder.Path);

        Assert.True(run.ExitCode == 1, $"run ended with {run.ExitCode}:\n{run.Output}");
        Assert.True(check.ExitCode == 1, $"check ended with {check.ExitCode}:\n{check.Output}");
        Assert.DoesNotContain("listening", run.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["data"]), "it made its data directory");
        return (run, check);
    }
}
