using InboundBridge.UnitTests.Host.Commands;

namespace InboundBridge.UnitTests.Host.Importing;

/// <summary>
/// Each export of <c>tests/testdata/import</c> that has rules: they are imported, pass <c>check</c>, and decide the mails of
/// <c>NAME.tests.yaml</c> as the provider does.
/// </summary>
public sealed class ImportDecisionTests : IDisposable
{
    private readonly ImportedFolder _folder = new();

    public static TheoryData<string> Good =>
        [.. ImportedFolder.Exports().Where(name => File.Exists(Path.Combine(ImportedFolder.Data, $"{name}.yaml")))];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Good))]
    public async Task What_is_imported_passes_check_and_decides_as_the_provider_does(string name)
    {
        var import = new CommandRun();
        var code = await import.RunAsync("import", name.Split('/')[0], Path.Combine(ImportedFolder.Data, $"{name}.json"));
        Assert.True(code == 0, import.Error);
        var configuration = _folder.Install(import.Out);
        var check = new CommandRun();
        code = await check.RunAsync("check", "--offline", "--config", configuration);
        Assert.True(code == 0, check.Out + check.Error + import.Out);
        // The host that a mail names is not ours to trust, and the file says so. A route below one that takes the same mail never acts at
        // the provider either.
        var warnings = check.Out.Split('\n').Where(line => line.Contains(": warning: ", StringComparison.Ordinal)
            && line.Contains("imported.yaml", StringComparison.Ordinal));
        Assert.All(warnings, line => Assert.Matches("comes from the mail|never gets a turn", line));
        var own = new CommandRun();
        code = await own.RunAsync("test", "--config", configuration);
        Assert.True(code == 0, own.Out + own.Error);
        // Where no recipient is known there is no test.
        Assert.Equal(!import.Out.Contains("\ntests:\n", StringComparison.Ordinal), own.Error.Contains("0 of 0", StringComparison.Ordinal));
        File.Copy(Path.Combine(ImportedFolder.Data, $"{name}.tests.yaml"), _folder["rules/provider.yaml"]);
        var decisions = new CommandRun();
        code = await decisions.RunAsync("test", "--config", configuration);
        Assert.True(code == 0, decisions.Out + decisions.Error + import.Out);
        Assert.NotEqual(own.Error, decisions.Error);
    }

    /// <summary>So that a provider's importer is tried with accounts of many kinds.</summary>
    [Fact]
    public void There_are_ten_exports_of_each_provider() => Assert.All(
        Good.Select(row => row.Data.Split('/')[0]).CountBy(provider => provider), provider => Assert.InRange(provider.Value, 10, 30));
}
