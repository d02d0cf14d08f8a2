using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>Finds the programs that the appliance is compared with; <c>install-peers</c> installs them.</summary>
internal static class BenchmarkPeers
{
    public static string SourceFolder { get; } = Path.Combine(Checkout.Root, "tests", "InboundBridge.Benchmarks", "Peers");

    private static string PackageFolder { get; } =
        Environment.GetEnvironmentVariable("INBOUNDBRIDGE_BENCHMARK_PEERS") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Checkout.Root, "artifacts", "benchmark-peers");

    /// <param name="file">Below the folder of npm packages, or a full path.</param>
    public static string Find(string file, string package)
    {
        var path = Path.Combine(PackageFolder, file);
        return File.Exists(path)
            ? path : throw new InvalidOperationException(
                $"{path} ({package}) is missing; run tests/InboundBridge.Benchmarks/install-peers");
    }
}
