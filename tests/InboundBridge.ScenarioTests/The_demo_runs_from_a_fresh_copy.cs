using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

/// <summary>
/// Runs the README's first command in a fresh copy of the files under version control. Analyzers add nothing to what this proves, and are
/// most of the work of a build.
/// </summary>
[Collection(nameof(Alone))]
public sealed class The_demo_runs_from_a_fresh_copy : IDisposable
{
    private static readonly string[] NotSources = ["bin", "obj", ".git", "artifacts", "data", "TestResults", "node_modules"];

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task And_ends_by_itself_when_all_three_mails_have_arrived()
    {
        var copy = _folder["copy"];
        Copy(Checkout.Root, copy);
        var result = await PeerProcess.RunAsync(
            "dotnet", "dotnet", ["run", "--project", "src/InboundBridge", "-p:RunAnalyzers=false", "--", "demo", "--once"],
            workingDirectory: copy, deadline: Deadline.In(TimeSpan.FromMinutes(30)));
        result.Succeeded("demo --once");
        Assert.DoesNotContain("warning", result.Output, StringComparison.OrdinalIgnoreCase);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var folder in Directory.GetDirectories(from).Where(folder => !NotSources.Contains(Path.GetFileName(folder))))
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
    }
}
