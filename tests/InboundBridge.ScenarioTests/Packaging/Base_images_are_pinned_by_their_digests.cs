using System.Text.RegularExpressions;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Packaging;

/// <summary><c>deploy/release/pin</c> with a registry of this machine, and the builder that reads what it has written.</summary>
public sealed partial class Base_images_are_pinned_by_their_digests : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_tag_that_moves_changes_nothing_until_the_next_pin()
    {
        PeerPrograms.NeedRoot("buildah");
        PeerPrograms.Find("skopeo", "skopeo");
        await using var registry = await ImageRegistry.StartAsync(_folder);
        var buildah = new Buildah(_folder.CreateFolder("buildah"), registry.Client);
        await OfferAsync(buildah, registry, "first");
        var file = CheckoutOf($"{registry.Address}/base:1");
        Assert.NotEqual(0, (await PinAsync(registry, "--check")).ExitCode);

        (await PinAsync(registry)).Succeeded("deploy/release/pin");
        (await PinAsync(registry, "--check")).Succeeded("deploy/release/pin --check");
        var pinned = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal(2, Pinned().Count(pinned));
        await OfferAsync(buildah, registry, "second");
        Assert.Equal("first", await BuiltOnAsync(buildah));

        (await PinAsync(registry)).Succeeded("deploy/release/pin");
        Assert.NotEqual(pinned, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal("second", await BuiltOnAsync(buildah));
    }

    [Fact]
    public async Task What_is_no_digest_is_refused_and_changes_nothing()
    {
        var file = CheckoutOf("registry.example.com/base:1");
        var before = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        var digest = $"sha256:{new string('a', 64)}";
        foreach (var wrong in new[] { "SDK=sha256:abc", "SDK=latest", $"OTHER={digest}", digest })
            Assert.NotEqual(0, (await PinAsync(registry: null, wrong)).ExitCode);
        Assert.Equal(before, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        (await PinAsync(registry: null, $"BASE={digest}")).Succeeded("deploy/release/pin");
        var check = await PinAsync(registry: null, "--check");
        Assert.Equal(1, check.ExitCode);
        Assert.Contains("SDK has no digest", check.StandardError, StringComparison.Ordinal);
        Assert.DoesNotContain("BASE", check.StandardError, StringComparison.Ordinal);
    }

    /// <summary>The Dockerfile of the checkout: each base image has a name, and a digest that is one if it has any.</summary>
    [Fact]
    public async Task The_Dockerfile_names_its_bases_where_pin_finds_them()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(Checkout.Root, "Dockerfile"), TestContext.Current.CancellationToken);
        var stages = lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)).Select(line => From().Match(line)).ToList();
        Assert.All(stages, stage => Assert.True(stage.Success));
        Assert.All(
            stages, stage => Assert.Single(lines, line => Regex.IsMatch(
                line, $"^ARG {stage.Groups["name"].Value}=[a-z0-9./-]+:[0-9.]+(@sha256:[0-9a-f]{{64}})?$", RegexOptions.ExplicitCapture)));
    }

    [GeneratedRegex("@sha256:[0-9a-f]{64}$", RegexOptions.Multiline)]
    private static partial Regex Pinned();

    [GeneratedRegex(@"^FROM (--platform=\$BUILDPLATFORM )?\$\{(?<name>[A-Z]+)\}( AS [a-z]+)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex From();

    /// <summary>A checkout with the script and a Dockerfile of two stages, and nothing else.</summary>
    private string CheckoutOf(string image)
    {
        _folder.CreateFolder("checkout/deploy/release");
        File.Copy(PackageFixture.Script("release/pin"), _folder["checkout/deploy/release/pin"]);
        return _folder.Write(
            "checkout/Dockerfile",
            $$"""
            ARG SDK={{image}}
            ARG BASE={{image}}
            FROM ${SDK} AS build
            FROM ${BASE}
            COPY --from=build /which /of-the-sdk

            """);
    }

    /// <summary>Puts an image with one file into the registry; the tag moves there.</summary>
    private async Task OfferAsync(Buildah buildah, ImageRegistry registry, string text)
    {
        var context = _folder.CreateFolder(text);
        _folder.Write($"{text}/which", text);
        _folder.Write($"{text}/Dockerfile", "FROM scratch\nCOPY which /which\n");
        await buildah.BuildAsync(context, $"localhost/{text}");
        await buildah.PushAsync($"localhost/{text}", $"{registry.Address}/base:1");
    }

    private async Task<string> BuiltOnAsync(Buildah buildah)
    {
        await buildah.BuildWithRegistryAsync(_folder["checkout"], "localhost/built");
        var root = await buildah.MountAsync("localhost/built");
        var text = await File.ReadAllTextAsync(Path.Combine(root, "which"), TestContext.Current.CancellationToken);
        Assert.Equal(text, await File.ReadAllTextAsync(Path.Combine(root, "of-the-sdk"), TestContext.Current.CancellationToken));
        return text;
    }

    private Task<PeerResult> PinAsync(ImageRegistry? registry, params string[] arguments) =>
        PeerProcess.RunAsync("deploy/release/pin", _folder["checkout/deploy/release/pin"], arguments, environment: registry?.Client);
}
