using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Packaging;

/// <summary>The Dockerfile's image on a base of Debian, because no registry is asked.</summary>
internal static class ContainerImage
{
    public const string Name = "localhost/inboundbridge";
    private const string Base = "localhost/base";

    /// <summary>
    /// Builds the Dockerfile's last stage as it is. The stage before it publishes with an image of the SDK, which only a registry has: here
    /// it holds the published program, and what its last instruction lays out.
    /// </summary>
    /// <param name="folder">For what is built from, which is large.</param>
    public static async Task BuildAsync(Buildah buildah, PackageFixture packages, PeerFolder folder)
    {
        var debian = folder.CreateFolder("debian");
        File.Copy(await packages.DebianAsync(), Path.Combine(debian, "debian.tar"));
        await File.WriteAllTextAsync(Path.Combine(debian, "Dockerfile"), "FROM scratch\nADD debian.tar /\n", Cancellation);
        await buildah.BuildAsync(debian, Base);

        var context = folder.CreateFolder("context");
        (await PeerProcess.RunAsync("cp", "cp", ["-R", await packages.PublishedAsync(), Path.Combine(context, "app")])).Succeeded("cp");
        var text = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "Dockerfile"), Cancellation);
        var last = text.IndexOf("FROM ${BASE}", StringComparison.Ordinal);
        const string run = "\nRUN ";
        var layout = text[(text.LastIndexOf(run, last, StringComparison.Ordinal) + run.Length)..last];
        Assert.Contains(" /layout/", layout, StringComparison.Ordinal);
        (await PeerProcess.RunAsync(
            "sh", "sh", ["-ec", layout.Replace(" /layout/", $" {context}/layout/", StringComparison.Ordinal)])).Succeeded(layout);
        await File.WriteAllTextAsync(
            Path.Combine(context, "Dockerfile"), $"ARG BASE\nFROM scratch AS build\nCOPY . /\n{text[last..]}", Cancellation);
        await buildah.BuildAsync(context, Name, "--build-arg", $"BASE={Base}");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
