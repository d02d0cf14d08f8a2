using InboundBridge.Configuration;
using InboundBridge.Configuration.Sources;

namespace InboundBridge.UnitTests.Host.Configuration;

/// <summary>
/// <c>tests/testdata/bad-config/NAME.yaml</c> must give exactly the lines of <c>NAME.expected</c>. Comments at the top set the scene:
/// <c># env: NAME=VALUE</c>, <c># set: KEY=VALUE</c>. After a wanted change, run with UPDATE_GOLDEN=1, and read the difference.
/// </summary>
public class BadConfigurationTests
{
    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "tests/testdata/bad-config");

    public static TheoryData<string> Cases =>
        [.. Directory.GetFiles(Folder, "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_problem_is_named_with_its_place_and_a_hint(string name)
    {
        var text = File.ReadAllText(Path.Combine(Folder, $"{name}.yaml"));
        var outcome = ConfigurationReader.Read(new ConfigurationSource
        {
            File = $"{name}.yaml",
            Environment =
                Scene(text, "env").Select(setting => setting.Split('=', 2))
                    .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal),
            Set = [.. Scene(text, "set")],
            CurrentFolder = Folder,
            MachineName = "mx1",
            Files = new DiskConfigurationFiles(),
        });
        var actual =
            string.Concat(
                outcome.Problems.Items.Select(problem => problem.ToString().Replace(Folder, ".", StringComparison.Ordinal) + "\n"));
        var expected = Path.Combine(Folder, $"{name}.expected");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(expected, actual);
        Assert.Equal(File.Exists(expected) ? File.ReadAllText(expected) : string.Empty, actual);
        Assert.Equal(outcome.Problems.HasErrors, outcome.Options is null);
        Assert.DoesNotContain("hunter", actual, StringComparison.Ordinal);
        Assert.DoesNotContain("tok-live", actual, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Scene(string text, string what) =>
        text.Split('\n').TakeWhile(line => line.StartsWith('#')).Where(line => line.StartsWith($"# {what}: ", StringComparison.Ordinal))
            .Select(line => line[(what.Length + 4)..]);
}
