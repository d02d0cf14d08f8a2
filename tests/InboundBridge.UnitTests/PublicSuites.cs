using System.Text.Json;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.UnitTests;

/// <summary>
/// The public suites of docs/testing.md. <c>tests/testdata/suites.txt</c> lists which test class reads which suite, so each call begins
/// with the suite's name as a literal.
/// </summary>
internal static class PublicSuites
{
    /// <summary>A file or folder of a suite. Skips the test where the whole suite is missing; fails where only this path is.</summary>
    /// <param name="path">Begins with the suite's folder, such as <c>proxy/cases.json</c>.</param>
    public static string Find(string path)
    {
        var suite = Path.Combine(Checkout.Suites, path.Split('/')[0]);
        Assert.SkipUnless(Directory.Exists(suite), $"there is no public suite at {suite}");
        var full = Path.Combine(Checkout.Suites, path);
        Assert.True(File.Exists(full) || Directory.Exists(full), $"the public suite lacks {full}");
        return full;
    }

    public static JsonElement Json(string path) => JsonDocument.Parse(File.ReadAllBytes(Find(path))).RootElement;
}
