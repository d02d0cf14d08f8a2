using System.Text.Json;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Packaging;

/// <summary>Debian's buildah with a store of its own. It needs neither a registry nor namespaces of users.</summary>
internal sealed class Buildah(string folder, IReadOnlyDictionary<string, string>? environment = null)
{
    private readonly string _program = PeerPrograms.Find("buildah", "buildah");

    /// <param name="context">A folder with a Dockerfile.</param>
    public Task BuildAsync(string context, string tag, params string[] options) => RunAsync(
        ["bud", "--isolation", "chroot", "--format", "docker", "--pull-never", "--tag", tag, .. options, context]);

    /// <summary>The same where a registry has the base images.</summary>
    public Task BuildWithRegistryAsync(string context, string tag) => RunAsync(
        ["bud", "--isolation", "chroot", "--format", "docker", "--pull-always", "--tag", tag, context]);

    public Task PushAsync(string tag, string to) => RunAsync(["push", tag, $"docker://{to}"]);

    /// <summary>What the image says about itself (<c>config</c> of Docker's format).</summary>
    public async Task<JsonElement> ConfigAsync(string tag) =>
        JsonDocument.Parse(await RunAsync(["inspect", "--type", "image", tag])).RootElement.GetProperty("Docker").GetProperty("config");

    /// <summary>A folder with the image's files.</summary>
    public async Task<string> MountAsync(string tag) =>
        (await RunAsync(["mount", (await RunAsync(["from", "--pull-never", tag])).Trim()])).Trim();

    /// <summary>The options that name the store, for buildah and podman.</summary>
    public static string Store(string folder) => string.Join(' ', StoreOptions(folder));

    private static string[] StoreOptions(string folder) =>
        ["--storage-driver", "vfs", "--root", $"{folder}/images", "--runroot", $"{folder}/run"];

    private async Task<string> RunAsync(string[] command)
    {
        var result = await PeerProcess.RunAsync(
            "buildah", _program,
            [.. StoreOptions(folder), .. command],
            environment: environment, deadline: Deadline.In(TimeSpan.FromMinutes(3)));
        return result.Succeeded($"buildah {command[0]}").StandardOutput;
    }
}
