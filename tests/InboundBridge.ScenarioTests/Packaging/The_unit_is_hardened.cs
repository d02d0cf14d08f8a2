using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Packaging;

/// <summary>systemd's own judgement of the package's unit and of those that <c>init</c> writes.</summary>
public sealed class The_unit_is_hardened : IDisposable
{
    /// <summary>An exposure of 2.0, of 10.</summary>
    private const string Threshold = "20";

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task The_packages_unit_is_exposed_by_2_at_most() =>
        AnalyzeAsync(Path.Combine(Checkout.Root, "deploy/systemd/inboundbridge.service"));

    [Fact]
    public async Task So_is_the_one_that_init_writes_for_a_folder()
    {
        (await Appliance.RunAsync(["init", _folder["mail"], "--yes"])).Succeeded("init");
        await AnalyzeAsync(_folder["mail/inboundbridge.service"]);
    }

    [Fact]
    public async Task A_unit_without_protection_fails_the_same_test()
    {
        var unit = _folder.Write("bare.service", "[Service]\nExecStart=/usr/bin/true\n");
        Assert.NotEqual(0, (await SecurityAsync(unit)).ExitCode);
    }

    private async Task AnalyzeAsync(string unit)
    {
        (await SecurityAsync(unit)).Succeeded("systemd-analyze security");
        // It complains on standard error of what it does not know, and of programs that are not installed.
        var copy = _folder.Write(
            "inboundbridge.service",
            string.Join('\n', File.ReadLines(unit).Where(line => !line.StartsWith("Documentation=", StringComparison.Ordinal)).Select(
                line => line.StartsWith("ExecStart=", StringComparison.Ordinal) ? "ExecStart=/bin/true" : line)));
        var verified = (await PeerProcess.RunAsync("systemd-analyze", Program, ["verify", copy])).Succeeded("systemd-analyze verify");
        Assert.DoesNotContain("inboundbridge.service", verified.Output, StringComparison.Ordinal);
    }

    private static string Program => PeerPrograms.Find("systemd-analyze", "systemd");

    private static Task<PeerResult> SecurityAsync(string unit) => PeerProcess.RunAsync(
        "systemd-analyze", Program, ["security", "--no-pager", "--offline=yes", $"--threshold={Threshold}", unit]);
}
