namespace InboundBridge.ScenarioTests.Peers;

/// <summary>The checkout that the tests were built from, and the public suites beside it.</summary>
internal static class Checkout
{
    private const string SuitesVariable = "CONFORMANCE_SUITES";

    public static string Root { get; } = FindRoot();

    /// <summary>
    /// The folder of the public suites, with a folder for each (docs/testing.md). It need not exist unless the variable names it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The variable names a folder that does not exist.</exception>
    public static string Suites
    {
        get
        {
            if (Environment.GetEnvironmentVariable(SuitesVariable) is not { Length: > 0 } folder)
                return Path.GetFullPath(Path.Combine(Root, "../shared/suites"));
            return Directory.Exists(folder)
                ? Path.GetFullPath(folder) : throw new InvalidOperationException($"{SuitesVariable}: there is no folder {folder}");
        }
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "InboundBridge.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests do not run inside a checkout");
        return folder;
    }
}
