using System.Text.Json;

namespace InboundBridge.UnitTests.Smtp;

/// <summary>The folder of the public suites: <c>CONFORMANCE_SUITES</c>, or one beside the checkout.</summary>
internal static class PublicSuites
{
    /// <summary>A file or folder of the suites; skips the test with a message when there are none.</summary>
    public static string Find(string path)
    {
        var folder = Environment.GetEnvironmentVariable("CONFORMANCE_SUITES") ?? Path.Combine(RepositoryFiles.Root, "../shared/suites");
        var full = Path.Combine(folder, path);
        if (!File.Exists(full) && !Directory.Exists(full))
            Assert.Skip($"no public suites at {folder}");
        return full;
    }

    public static JsonElement Json(string path) => JsonDocument.Parse(File.ReadAllBytes(Find(path))).RootElement;
}
