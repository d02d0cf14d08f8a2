using System.Text.RegularExpressions;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Packaging;

/// <summary>
/// The Debian package has the pages in one place and the examples, schemas and deployment files in another: each link of each page leads
/// to a file of the package, and to a heading where it names one.
/// </summary>
public sealed partial class Links_of_packaged_pages_lead_somewhere : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task In_the_Debian_package()
    {
        var root = await UnpackedAsync();
        var pages = Directory.GetFiles(Path.Combine(root, "usr/share"), "*.md", SearchOption.AllDirectories);
        Assert.Contains(Path.Combine(root, "usr/share/doc/inboundbridge/getting-started.md"), pages);
        Assert.Contains(Path.Combine(root, "usr/share/inboundbridge/examples/quick-start/README.md"), pages);
        var links = 0;
        foreach (var page in pages)
        {
            var text = await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken);
            foreach (Match link in Link().Matches(Fence().Replace(text, string.Empty)))
            {
                links++;
                Follow(root, page, link.Groups["to"].Value);
            }
        }
        Assert.True(links > 300, $"{links} links: have the pages lost theirs?");
        // A page that only developers read is named as what it is.
        var contents = await File.ReadAllTextAsync(
            Path.Combine(root, "usr/share/doc/inboundbridge/README.md"), TestContext.Current.CancellationToken);
        Assert.Contains("`CONTRIBUTING.md` in the sources", contents, StringComparison.Ordinal);
    }

    /// <summary>The package of this checkout with a program that is none.</summary>
    private async Task<string> UnpackedAsync()
    {
        var program = _folder.CreateFolder("program");
        await File.WriteAllTextAsync(Path.Combine(program, "inboundbridge"), "", TestContext.Current.CancellationToken);
        var built = await PeerProcess.RunAsync(
            "deploy/debian/build", PackageFixture.Script("debian/build"),
            ["--arch", "amd64", "--version", "1.0.0", "--from", program, "--output", _folder["packages"]],
            environment: new Dictionary<string, string>(StringComparer.Ordinal) { ["COMPRESSION"] = "none" });
        var package = built.Succeeded("deploy/debian/build").StandardOutput.Trim();
        var root = _folder["root"];
        (await PeerProcess.RunAsync("dpkg-deb", PeerPrograms.Find("dpkg-deb", "dpkg"), ["-x", package, root])).Succeeded("dpkg-deb");
        return root;
    }

    private static void Follow(string root, string page, string to)
    {
        var parts = to.Split('#', 2);
        if (parts[0].Contains("://", StringComparison.Ordinal) || parts[0].StartsWith("mailto:", StringComparison.Ordinal))
            return;
        var target = parts[0].Length == 0 ? page : Path.GetFullPath(parts[0], Path.GetDirectoryName(page)!);
        Assert.True(
            target.StartsWith(root, StringComparison.Ordinal) && Path.Exists(target), $"{page}: {to} leads to no file of the package");
        if (parts.Length == 2 && target.EndsWith(".md", StringComparison.Ordinal))
            Assert.True(Anchors(target).Contains(parts[1]), $"{page}: {to}: there is no heading #{parts[1]}");
    }

    private static HashSet<string> Anchors(string file) => [.. Heading().Matches(Fence().Replace(File.ReadAllText(file), string.Empty))
        .Select(heading => NotInAnchors().Replace(heading.Groups["text"].Value.Trim().ToLowerInvariant(), string.Empty).Replace(' ', '-'))];

    [GeneratedRegex("^ *```[a-z]*\n.*?^ *```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"(?<!\\)\]\((?<to>[^)\s]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex("^#{1,6} (?<text>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N}\p{M} _-]")]
    private static partial Regex NotInAnchors();
}
