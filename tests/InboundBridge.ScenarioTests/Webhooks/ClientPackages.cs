using System.Security.Cryptography;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Webhooks;

/// <summary>Installs the npm packages of Clients/package.json in the temporary folder, once for each version of that file.</summary>
internal static class ClientPackages
{
    private static readonly Lazy<Task<string>> Installed = new(InstallAsync);

    public static Task<string> FolderAsync()
    {
        PeerPrograms.Find("node", "nodejs");
        PeerPrograms.Find("npm", "npm");
        return Installed.Value;
    }

    private static async Task<string> InstallAsync()
    {
        var wanted = await File.ReadAllBytesAsync(VendorClient.Script("package-lock.json"));
        var folder = Path.Combine(
            Path.GetTempPath(), $"inboundbridge-webhook-clients-{Convert.ToHexStringLower(SHA256.HashData(wanted))[..12]}");
        var complete = Path.Combine(folder, "complete");
        if (File.Exists(complete))
            return folder;
        Directory.CreateDirectory(folder);
        foreach (var file in new[] { "package.json", "package-lock.json" })
            File.Copy(VendorClient.Script(file), Path.Combine(folder, file), overwrite: true);
        var result = await PeerProcess.RunAsync(
            "npm", PeerPrograms.Find("npm", "npm"), ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], workingDirectory: folder,
            deadline: Deadline.InSeconds(180));
        result.Succeeded("npm ci");
        await File.WriteAllTextAsync(complete, string.Empty);
        return folder;
    }
}
