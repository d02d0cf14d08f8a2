namespace InboundBridge.UnitTests.Mime.Suites;

/// <summary>
/// Finds a public suite: in the folder that <c>CONFORMANCE_SUITES</c> names, else beside the checkout. Skips the test where there is none.
/// </summary>
internal static class SuiteFolder
{
    public static string Find(string name)
    {
        var root = Environment.GetEnvironmentVariable("CONFORMANCE_SUITES") ?? Path.Combine(RepositoryFiles.Root, "../shared/suites");
        var folder = Path.Combine(root, name);
        Assert.SkipUnless(Directory.Exists(folder), $"the public suite {name} is not at {folder}");
        return folder;
    }
}
