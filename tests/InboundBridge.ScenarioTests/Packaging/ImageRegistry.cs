using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Packaging;

/// <summary>A registry of images on this machine (Debian's docker-registry), without TLS.</summary>
internal sealed class ImageRegistry : IAsyncDisposable
{
    private readonly PeerProcess _process;

    private ImageRegistry(PeerProcess process, string address, string home) =>
        (_process, Address, Client) = (process, address, new(StringComparer.Ordinal) { ["HOME"] = home });

    public string Address { get; }

    /// <summary>The environment in which skopeo and buildah talk to it in plain text.</summary>
    public Dictionary<string, string> Client { get; }

    public static Task<ImageRegistry> StartAsync(PeerFolder folder) => FreePort.WithAsync(1, async ports =>
    {
        var address = $"127.0.0.1:{ports[0]}";
        var settings = folder.Write(
            "registry.yml",
            $$"""
            version: 0.1
            log: { level: warn }
            storage: { filesystem: { rootdirectory: {{folder["registry"]}} } }
            http: { addr: "{{address}}" }
            """);
        var process = PeerProcess.Start("docker-registry", PeerPrograms.Find("docker-registry", "docker-registry"), ["serve", settings]);
        await process.ListeningAsync(() => FreePort.AnswersAsync(ports[0]));
        folder.CreateFolder("home/.config/containers");
        folder.Write("home/.config/containers/registries.conf", $"[[registry]]\nlocation = \"{address}\"\ninsecure = true\n");
        return new ImageRegistry(process, address, folder["home"]);
    });

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
