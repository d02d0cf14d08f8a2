using System.Diagnostics;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.Benchmarks.SharedSpool;

/// <summary>A library that makes each sync of the process that loads it take a given time (slow-sync.c). It is compiled with gcc.</summary>
internal static class SlowSync
{
    public static async Task<string> CompileAsync(string folder, CancellationToken cancellation)
    {
        var library = Path.Combine(folder, "slow-sync.so");
        var source = Path.Combine(Checkout.Root, "tests/InboundBridge.Benchmarks/SharedSpool/slow-sync.c");
        using var compiler = Process.Start(
            new ProcessStartInfo("gcc", ["-O2", "-shared", "-fPIC", "-o", library, source, "-ldl"]) { UseShellExecute = false })
            ?? throw new InvalidOperationException("gcc (Debian package gcc) did not start");
        await compiler.WaitForExitAsync(cancellation);
        return compiler.ExitCode == 0 ? library : throw new InvalidOperationException($"gcc ended with {compiler.ExitCode}");
    }
}
