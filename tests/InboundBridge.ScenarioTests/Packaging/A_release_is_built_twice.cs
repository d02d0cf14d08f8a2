using System.Formats.Tar;
using System.IO.Compression;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Packaging;

/// <summary>
/// The scripts of deploy/release on a small checkout of its own, where a stand-in for <c>deploy/publish</c> takes no minutes: everything
/// but the compiler. It puts in place a few files of the published program.
/// </summary>
[Collection(nameof(Packages))]
public sealed class A_release_is_built_twice(PackageFixture packages) : IDisposable
{
    private const string Key = "releases@example.com";

    private const string Publish = """
        #!/usr/bin/env bash
        set -euo pipefail
        mkdir -p "$2"
        cp -R '@PUBLISHED@/.' "$2/"

        """;

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task All_files_of_both_are_equal_and_a_difference_is_named()
    {
        var checkout = await CheckoutAsync();
        var release = _folder["release"];
        (await RunAsync(checkout, "release/build", release)).Succeeded("deploy/release/build");
        Assert.Equal(Expected(), Directory.GetFiles(release).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var sums = await File.ReadAllTextAsync(Path.Combine(release, "SHA256SUMS"), Cancellation);
        Assert.Equal(Expected().Length - 1, sums.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        await PackagesAreWellAsync(release);

        Assert.Equal(sums.Trim(), (await RunAsync(checkout, "release/reproduce")).Succeeded("reproduce").StandardOutput.Trim());
        await SignedAsync(checkout, release);
        (await RunAsync(checkout, "release/reproduce", "--against", release)).Succeeded("reproduce --against");

        await File.AppendAllTextAsync(Path.Combine(release, Expected()[^1]), "one octet more", Cancellation);
        var other = await RunAsync(checkout, "release/reproduce", "--against", release);
        Assert.NotEqual(0, other.ExitCode);
        Assert.Contains(Expected()[^1], other.StandardError, StringComparison.Ordinal);

        // A program that knows its place makes another release in each.
        await File.AppendAllTextAsync(Path.Combine(checkout, "deploy/publish"), "readlink -f \"$0\" >\"$2/place\"\n", Cancellation);
        var refused = await RunAsync(checkout, "release/build", _folder["refused"]);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("not committed", refused.StandardError, StringComparison.Ordinal);
        await GitAsync(checkout, "commit", "-q", "-a", "-m", "a place");
        var differs = await RunAsync(checkout, "release/reproduce", "amd64");
        Assert.Equal(1, differs.ExitCode);
        Assert.Contains(".deb", differs.StandardError, StringComparison.Ordinal);
        Assert.Contains(".tar.gz", differs.StandardError, StringComparison.Ordinal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string[] Expected()
    {
        var version = PackageFixture.Version;
        return
        [
            "SHA256SUMS",
            $"inboundbridge-{version}-amd64.cdx.json", $"inboundbridge-{version}-amd64.licences.txt",
            $"inboundbridge-{version}-arm64.cdx.json", $"inboundbridge-{version}-arm64.licences.txt",
            $"inboundbridge-{version}-linux-amd64.tar.gz", $"inboundbridge-{version}-linux-arm64.tar.gz",
            $"inboundbridge_{version}_amd64.deb", $"inboundbridge_{version}_arm64.deb",
        ];
    }

    /// <summary>With what the scripts need of the checkout, in a repository of its own.</summary>
    private async Task<string> CheckoutAsync()
    {
        var program = _folder.CreateFolder("program");
        var published = await packages.PublishedAsync();
        foreach (var name in new[] { "inboundbridge", "inboundbridge.dll", "inboundbridge.deps.json", "LICENSE" })
            File.Copy(Path.Combine(published, name), Path.Combine(program, name));
        var checkout = _folder.CreateFolder("checkout");
        string[] parts = ["deploy", "docs", "examples", "README.md", "CHANGELOG.md", "Directory.Build.props", "LICENSE"];
        (await PeerProcess.RunAsync("cp", "cp", ["-R", .. parts.Select(part => Path.Combine(Checkout.Root, part)), checkout]))
            .Succeeded("cp");
        await File.WriteAllTextAsync(
            Path.Combine(checkout, "deploy/publish"), Publish.Replace("@PUBLISHED@", program, StringComparison.Ordinal), Cancellation);
        await GitAsync(checkout, "init", "-q");
        await GitAsync(checkout, "add", "-A");
        await GitAsync(checkout, "commit", "-q", "-m", "all");
        return checkout;
    }

    private static async Task GitAsync(string checkout, params string[] arguments) => (await PeerProcess.RunAsync(
        "git", PeerPrograms.Find("git", "git"),
        ["-C", checkout, "-c", "user.name=Al", "-c", $"user.email={Key}", "-c", "commit.gpgsign=false", .. arguments])).Succeeded("git");

    private static Task<PeerResult> RunAsync(
        string checkout, string script, params string[] arguments) => RunAsync(checkout, script, home: null, arguments);

    private static Task<PeerResult> RunAsync(string checkout, string script, string? home, string[] arguments)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["COMPRESSION"] = "gzip" };
        if (home is not null)
            environment["GNUPGHOME"] = home;
        return PeerProcess.RunAsync(
            script, Path.Combine(checkout, "deploy", script), arguments, environment: environment,
            deadline: Deadline.In(TimeSpan.FromMinutes(3)));
    }

    /// <summary>What a package manager and tar see: owners, modes, architectures.</summary>
    private static async Task PackagesAreWellAsync(string release)
    {
        foreach (var architecture in new[] { "amd64", "arm64" })
        {
            var name = $"inboundbridge_{PackageFixture.Version}_{architecture}.deb";
            var field = await PeerProcess.RunAsync("dpkg-deb", "dpkg-deb", ["-f", Path.Combine(release, name), "Architecture"]);
            Assert.Equal(architecture, field.Succeeded("dpkg-deb").StandardOutput.Trim());
        }
        var file = Path.Combine(release, $"inboundbridge-{PackageFixture.Version}-linux-amd64.tar.gz");
        await using var archive = new TarReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        var modes = new Dictionary<string, UnixFileMode>(StringComparer.Ordinal);
        while (await archive.GetNextEntryAsync(cancellationToken: Cancellation) is { } entry)
        {
            Assert.Equal((0, 0), (entry.Uid, entry.Gid));
            modes[Path.GetFileName(entry.Name.TrimEnd('/'))] = entry.Mode;
        }
        const UnixFileMode readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        const UnixFileMode executable = readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        Assert.Equal(executable, modes["inboundbridge"]);
        Assert.Equal(readable, modes["README.md"]);
        Assert.Equal(readable, modes["LICENSE"]);
    }

    /// <summary>With a key of this test.</summary>
    private async Task SignedAsync(string checkout, string release)
    {
        var home = _folder.CreateFolder("gpg");
        File.SetUnixFileMode(home, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["GNUPGHOME"] = home };
        try
        {
            await GpgAsync("--batch", "--passphrase", "", "--quick-generate-key", Key, "ed25519", "sign");
            (await RunAsync(checkout, "release/sign", home, [release, Key])).Succeeded("deploy/release/sign");
            await GpgAsync("--verify", Path.Combine(release, "SHA256SUMS.asc"), Path.Combine(release, "SHA256SUMS"));
            await GpgAsync("--verify", Path.Combine(release, "RELEASE-NOTES.md.asc"));
            Assert.NotEqual(0, (await RunAsync(checkout, "release/sign", home, [release, Key, "99.9"])).ExitCode);
        }
        finally
        {
            await PeerProcess.RunAsync("gpgconf", "gpgconf", ["--kill", "all"], environment: environment);
        }

        async Task GpgAsync(params string[] arguments) =>
            (await PeerProcess.RunAsync("gpg", PeerPrograms.Find("gpg", "gpg"), arguments, environment: environment)).Succeeded("gpg");
    }
}
