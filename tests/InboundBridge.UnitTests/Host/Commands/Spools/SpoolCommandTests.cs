using System.Text.Json;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Sources;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Setup;
using InboundBridge.UnitTests.MailFlow.Spool;
using InboundBridge.UnitTests.MailFlow.Spool.Moving;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Host.Commands.Spools;

/// <summary>The commands on spools: what they print, and their exit codes.</summary>
public sealed class SpoolCommandTests : IDisposable
{
    private readonly SpoolFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string File => Path.Combine(_folder.Path, "spool.export");

    [Fact]
    public async Task Export_import_and_verify_print_the_same_lines()
    {
        await FillAsync("old");
        var export = await RunAsync(0, "old", "export", File);
        var import = await RunAsync(0, "new", "import", File);
        var verify = await RunAsync(0, "new", "verify");
        var checkFile = await RunAsync(0, "new", "verify", File, "--key-file", File + ".key");
        Assert.Contains("messages\t\t\t2\n", export.Out.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("deliveries\thook\tpending\t2", export.Out, StringComparison.Ordinal);
        Assert.All([import, verify, checkFile], run => Assert.Equal(export.Out, run.Out));
        Assert.Contains("2 mails stored, 0 were there already", import.Error, StringComparison.Ordinal);
        Assert.Contains(
            "imported into", (await RunAsync(0, "new", "import", File)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_counts_and_problems()
    {
        await FillAsync("old");
        System.IO.File.Delete(Path.Combine(_folder.Path, "old", "bodies", "m2.eml"));
        var verify = await RunAsync(1, "old", "verify", "--json");
        var json = JsonDocument.Parse(verify.Out).RootElement;
        Assert.Equal(2, json.GetProperty("messages").GetInt64());
        Assert.Equal("pending", json.GetProperty("deliveries")[0].GetProperty("state").GetString());
        Assert.Contains("m2", json.GetProperty("problems")[0].GetString(), StringComparison.Ordinal);
        Assert.Contains("m2", verify.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_moved_spool_is_closed_until_it_is_reopened()
    {
        await FillAsync("old");
        Assert.Contains("The spool is closed", (await RunAsync(0, "old", "export", "--move", File)).Error, StringComparison.Ordinal);
        Assert.Contains("was moved", (await RunAsync(1, "old", "import", File)).Error, StringComparison.Ordinal);
        Assert.Contains("was moved", Checked("old"), StringComparison.Ordinal);
        await RunAsync(0, "old", "reopen");
        Assert.DoesNotContain("was moved", Checked("old"), StringComparison.Ordinal);
        Assert.Contains("was not moved", (await RunAsync(0, "old", "reopen")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_import_is_removed_when_somebody_confirms_it()
    {
        await using (var spool = await SpoolOpening.OpenAsync(Path.Combine(_folder.Path, "old"), TimeProvider.System))
        {
            for (var index = 0; index < 100; index++)
                await SampleMail.CommitAsync(spool, $"q{index}", [1], FakeTime.Start, "hook");
        }
        await RunAsync(0, "old", "export", File);
        using (var interruption = new Interruption("stored", 70))
        {
            var place = new SpoolPlace(new SpoolOptions { Path = Path.Combine(_folder.Path, "new"), MinimumFree = 0 }, null);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SpoolMoves.ImportAsync(
                place, File, null, File + ".key", TimeProvider.System, interruption, interruption.Token));
        }
        Assert.Contains("was interrupted", Checked("new"), StringComparison.Ordinal);
        Assert.Contains("--abandon takes no FILE", (await RunAsync(2, "new", "import", File, "--abandon")).Error, StringComparison.Ordinal);
        Assert.Contains("name the FILE", (await RunAsync(2, "new", "import")).Error, StringComparison.Ordinal);
        var asked = await RunAsync(2, "new", "import", "--abandon");
        Assert.Contains("has stored 64 mails with 64 deliveries", asked.Error, StringComparison.Ordinal);
        Assert.Contains("add --yes", asked.Error, StringComparison.Ordinal);
        Assert.Contains("64 mails of interrupted imports removed", (await RunAsync(0, "new", "import", "--abandon", "-y")).Error,
            StringComparison.Ordinal);
        Assert.Contains("messages\t\t\t0", (await RunAsync(0, "new", "verify")).Out, StringComparison.Ordinal);
        var json = JsonDocument.Parse((await RunAsync(0, "new", "import", "--abandon", "--json")).Out).RootElement;
        Assert.Equal(0, json.GetProperty("removed").GetInt64());
    }

    [Fact]
    public async Task What_goes_wrong_is_said_and_told_apart_by_the_exit_code()
    {
        await FillAsync("old");
        Assert.Contains("there is no spool in", (await RunAsync(1, "none", "verify")).Error, StringComparison.Ordinal);
        Assert.Contains("there is no spool in", (await RunAsync(1, "none", "export", File)).Error, StringComparison.Ordinal);
        Assert.Contains("--key-file", (await RunAsync(2, "old", "export", "-")).Error, StringComparison.Ordinal);
        Assert.Contains("missing", (await RunAsync(2, "old", "verify", File + "missing")).Error, StringComparison.Ordinal);
        await RunAsync(0, "old", "export", File);
        Assert.Contains("overwrites nothing", (await RunAsync(1, "old", "export", File)).Error, StringComparison.Ordinal);
        var octets = await System.IO.File.ReadAllBytesAsync(File);
        await System.IO.File.WriteAllBytesAsync(File, octets[..^40]);
        Assert.Contains($"the file is damaged: {File}, octet", (await RunAsync(1, "new", "import", File)).Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "new")));
    }

    [Fact]
    public async Task Standard_output_gets_the_export_alone()
    {
        await FillAsync("old");
        var run = await RunAsync(0, "old", "export", "-", "--key-file", File + ".key");
        Assert.StartsWith("InboundBridge spool export 1\n", run.Octets, StringComparison.Ordinal);
        Assert.Empty(run.Out);
        Assert.Contains("deliveries\thook\tpending\t2", run.Error, StringComparison.Ordinal);
    }

    private async Task FillAsync(string name)
    {
        await using var spool = await SpoolOpening.OpenAsync(Path.Combine(_folder.Path, name), TimeProvider.System);
        await SampleMail.CommitAsync(spool, "m1", [1, 2, 3], FakeTime.Start, "hook");
        await SampleMail.CommitAsync(spool, "m2", SampleMail.Octets(1, 50_000), FakeTime.Start, "hook");
    }

    /// <summary>What <c>check</c> says of the spool.</summary>
    private string Checked(string spool)
    {
        var problems = new SourceProblems();
        var outcome = ConfigurationReader.Read(
            ConfigurationSource.OfProcess(null, [$"spool.path={Path.Combine(_folder.Path, spool)}"]));
        new StartChecks(outcome, outcome.Readable!, problems).TrySpool();
        return string.Join('\n', problems.Items.Where(problem => !problem.IsWarning));
    }

    private async Task<CommandRun> RunAsync(int expected, string spool, params string[] arguments)
    {
        var run = new CommandRun();
        var code = await run.RunAsync(
            ["spool", .. arguments, "--set", $"spool.path={Path.Combine(_folder.Path, spool)}", "--set", "spool.minimum_free=0B"]);
        Assert.True(code == expected, $"exit code {code}\n{run.Out}\n{run.Error}");
        return run;
    }
}
