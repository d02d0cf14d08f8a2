using System.Runtime.InteropServices;

namespace InboundBridge.Rules.Scripting.Confinement;

/// <summary>A worker's environment: nothing of ours, which may hold secrets, but what its runtime has to know.</summary>
internal static class WorkerEnvironment
{
    /// <summary>Where the runtime lies, where a single file unpacks itself, and that a machine has no language data.</summary>
    private static readonly string[] Kept =
        ["DOTNET_ROOT", "DOTNET_ROOT_X64", "DOTNET_ROOT_ARM64", "DOTNET_BUNDLE_EXTRACT_BASE_DIR", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT",
            "LD_LIBRARY_PATH"];

    public static void Fill(IDictionary<string, string?> environment)
    {
        var kept = Kept.Where(environment.ContainsKey).ToDictionary(name => name, name => environment[name], StringComparer.Ordinal);
        environment.Clear();
        foreach (var (name, value) in kept)
            environment[name] = value;
        // The runtime that we run on: …/shared/Microsoft.NETCore.App/VERSION/.
        if (!environment.ContainsKey("DOTNET_ROOT")
            && Directory.GetParent(RuntimeEnvironment.GetRuntimeDirectory())?.Parent?.Parent?.Parent is { } root
            && Directory.Exists(Path.Combine(root.FullName, "host")))
            environment["DOTNET_ROOT"] = root.FullName;
        environment["DOTNET_gcServer"] = "0";
        environment["DOTNET_gcConcurrent"] = "0";
        // Octets of the youngest generation (hexadecimal): by default it is as large as the processor's cache, and stays resident.
        environment["DOTNET_GCgen0size"] = "400000";
        environment["DOTNET_TieredPGO"] = "0";
        environment["DOTNET_EnableDiagnostics"] = "0";
        environment["DOTNET_DbgEnableMiniDump"] = "0";
    }
}
