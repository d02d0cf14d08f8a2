namespace InboundBridge.UnitTests.Rules.Loading;

/// <summary>Each file of tests/testdata/bad-config/rules has its exact problems beside it.</summary>
public class BadRulesTests
{
    private static string Folder => Path.Combine(RepositoryFiles.Root, "tests/testdata/bad-config/rules");

    public static TheoryData<string> Files() =>
        new(Directory.EnumerateFiles(Folder, "*.yaml").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));

    /// <summary>To renew the expectations, set INBOUNDBRIDGE_RENEW=1, run this test, and read the difference.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void A_bad_rule_file_is_explained_exactly(string file)
    {
        var problems =
            RuleFixture.Problems(File.ReadAllText(Path.Combine(Folder, file)), file, path => path == "short.js" ? "tag('x')" : null);
        var expected = Path.Combine(Folder, Path.ChangeExtension(file, ".expected"));
        if (Environment.GetEnvironmentVariable("INBOUNDBRIDGE_RENEW") == "1")
            File.WriteAllLines(expected, problems);
        Assert.NotEmpty(problems);
        Assert.Equal(File.ReadAllLines(expected), problems);
    }
}
