using InboundBridge.Rules;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Rules;

/// <summary>Rule files that test themselves: those of tests/testdata/rules, and those that ship.</summary>
public class RuleFilesTests
{
    public static TheoryData<string> Files() =>
        new(new[] { "rules", "tests/testdata/rules" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, folder), "*.yaml"))
            .Select(file => Path.GetRelativePath(RepositoryFiles.Root, file)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_rule_file_loads_and_passes_its_own_tests(string file)
    {
        var problems = new SourceProblems();
        var text = await File.ReadAllTextAsync(Path.Combine(RepositoryFiles.Root, file), TestContext.Current.CancellationToken);
        var set = RuleSetLoader.Load([new RuleFile(file, text)], RuleFixture.Environment(path => Beside(file, path)), problems);

        Assert.Empty(problems.Items);
        Assert.NotEmpty(set!.Tests);
        Assert.Empty(await RuleFixture.RunTestsAsync(set));
    }

    private static string? Beside(string file, string path)
    {
        var full = Path.Combine(RepositoryFiles.Root, Path.GetDirectoryName(file)!, path);
        return File.Exists(full) ? File.ReadAllText(full) : null;
    }
}
