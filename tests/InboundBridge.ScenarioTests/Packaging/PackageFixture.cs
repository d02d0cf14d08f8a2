using System.Xml.Linq;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Packaging;

/// <summary>
/// The published program and a bare Debian with what the package depends on, each made when the first scenario asks for it.
/// </summary>
public sealed class PackageFixture : IDisposable
{
    private readonly PeerFolder _folder = new();
    private readonly Lazy<Task<string>> _published;
    private readonly Lazy<Task<string>> _publishedForArm;
    private readonly Lazy<Task<string>> _debian;
    private readonly Lazy<Task<string>> _images;

    public PackageFixture()
    {
        _published = new Lazy<Task<string>>(() => PublishAsync("amd64"));
        // Not compiled ahead of time: that takes minutes, and the same libraries are compiled for amd64.
        _publishedForArm = new Lazy<Task<string>>(() => PublishAsync("arm64", "-p:PublishReadyToRun=false"));
        _debian = new Lazy<Task<string>>(BootstrapAsync);
        _images = new Lazy<Task<string>>(BuildImageAsync);
    }

    /// <summary>A folder with the program and its runtime, as deploy/publish makes it.</summary>
    internal Task<string> PublishedAsync() => _published.Value;

    /// <summary>The same for arm64.</summary>
    internal Task<string> PublishedForArmAsync() => _publishedForArm.Value;

    /// <summary>An archive of a Debian with apt, systemd, the packages of our control file, and nothing else.</summary>
    internal Task<string> DebianAsync() => _debian.Value;

    /// <summary>The folder of a store of buildah that has <see cref="ContainerImage.Name" />.</summary>
    internal Task<string> ImagesAsync() => _images.Value;

    /// <summary>Of the checkout, as deploy/version prints it.</summary>
    internal static string Version { get; } = XDocument.Load(Path.Combine(Checkout.Root, "Directory.Build.props"))
        .Descendants("Version").Single().Value;

    internal static string Script(string name) => Path.Combine(Checkout.Root, "deploy", name);

    /// <summary>Builds the package under a version.</summary>
    internal async Task<string> BuildDebAsync(string version, string output, string architecture = "amd64")
    {
        var published = architecture == "arm64" ? await PublishedForArmAsync() : await PublishedAsync();
        var built = await PeerProcess.RunAsync(
            "deploy/debian/build", Script("debian/build"),
            ["--arch", architecture, "--version", version, "--from", published, "--output", output],
            environment: new Dictionary<string, string>(StringComparer.Ordinal) { ["COMPRESSION"] = "none" },
            deadline: Deadline.In(TimeSpan.FromMinutes(2)));
        return built.Succeeded("deploy/debian/build").StandardOutput.Trim();
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Without analyzers, which the build of the tests has run.</summary>
    private async Task<string> PublishAsync(string architecture, params string[] options)
    {
        var folder = _folder[$"published-{architecture}"];
        var result = await PeerProcess.RunAsync(
            "deploy/publish", Script("publish"), [architecture, folder, "-p:RunAnalyzers=false", .. options],
            deadline: Deadline.In(TimeSpan.FromMinutes(10)));
        result.Succeeded("deploy/publish");
        return folder;
    }

    private async Task<string> BuildImageAsync()
    {
        PeerPrograms.NeedRoot("buildah");
        var store = _folder.CreateFolder("buildah");
        await ContainerImage.BuildAsync(new Buildah(store), this, _folder);
        return store;
    }

    private async Task<string> BootstrapAsync()
    {
        PeerPrograms.NeedRoot("mmdebstrap");
        var mmdebstrap = PeerPrograms.Find("mmdebstrap", "mmdebstrap");
        var depends = (await File.ReadAllLinesAsync(Script("debian/control"), TestContext.Current.CancellationToken))
            .Single(line => line.StartsWith("Depends: ", StringComparison.Ordinal))["Depends: ".Length..];
        // Of alternatives the last one is for the oldest Debian.
        var packages = depends.Split(", ").Select(one => one.Split(" | ")[^1].Split(' ')[0]).Append("systemd");
        var archive = _folder["debian.tar"];
        var result = await PeerProcess.RunAsync(
            "mmdebstrap", mmdebstrap,
            [
                "--mode=root", "--variant=apt", $"--include={string.Join(',', packages)}", "--dpkgopt=force-unsafe-io",
                "--dpkgopt=path-exclude=/usr/share/man/*", "--dpkgopt=path-exclude=/usr/share/locale/*",
                "--aptopt=Acquire::Retries \"3\"", "bookworm", archive, "http://deb.debian.org/debian",
            ],
            deadline: Deadline.In(TimeSpan.FromMinutes(5)));
        result.Succeeded("mmdebstrap");
        return archive;
    }
}
