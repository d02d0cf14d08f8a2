using System.Security.Cryptography;
using System.Text.Json;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Packaging;

/// <summary>The bill of materials and the licences of what is published, and the signatures of gpg.</summary>
[Collection(nameof(Packages))]
public sealed class A_release_tells_what_it_is(PackageFixture packages) : IDisposable
{
    private static readonly string[] Accepted = ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "PostgreSQL", "blessing"];

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_bill_of_materials_lists_every_library_of_the_folder_with_its_licence()
    {
        var published = await packages.PublishedAsync();
        using var bill = JsonDocument.Parse(await RunAsync("release/sbom", published));
        Assert.Equal("CycloneDX", bill.RootElement.GetProperty("bomFormat").GetString());
        var components = bill.RootElement.GetProperty("components").EnumerateArray().ToDictionary(
            one => one.GetProperty("name").GetString()!, StringComparer.Ordinal);
        using var dependencies = JsonDocument.Parse(
            await File.ReadAllTextAsync(Path.Combine(published, "inboundbridge.deps.json"), TestContext.Current.CancellationToken));
        var files = dependencies.RootElement.GetProperty("targets").EnumerateObject().SelectMany(target => target.Value.EnumerateObject())
            .Where(library => library.Value.TryGetProperty("runtime", out _))
            .Select(library => library.Name.Split('/')[0].Replace("runtimepack.", "", StringComparison.Ordinal))
            .Where(name => !name.StartsWith("inboundbridge", StringComparison.OrdinalIgnoreCase)).Distinct(StringComparer.Ordinal);
        Assert.All(files, name => Assert.Contains(name, components.Keys));
        Assert.Contains("MimeKit", components.Keys);
        Assert.Contains("Microsoft.NETCore.App.Runtime.linux-x64", components.Keys);
        Assert.Matches("^[0-9a-f]{128}$", components["MimeKit"].GetProperty("hashes")[0].GetProperty("content").GetString());
        var licences = (await RunAsync("release/sbom", "--licences", published)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(components.Count, licences.Length);
        // Free to use in a work under MIT; anything else needs a decision, and its line here.
        Assert.All(licences, line => Assert.Contains(line.Split('\t')[2], Accepted));
        Assert.Equal(await RunAsync("release/sbom", published), await RunAsync("release/sbom", published));
    }

    [Fact]
    public async Task Gpg_verifies_what_is_signed_and_nothing_else()
    {
        var release = _folder.CreateFolder("release");
        await File.WriteAllTextAsync(Path.Combine(release, "package"), "octets", TestContext.Current.CancellationToken);
        var digest = Convert.ToHexStringLower(SHA256.HashData("octets"u8));
        await File.WriteAllTextAsync(Path.Combine(release, "SHA256SUMS"), $"{digest}  package\n", TestContext.Current.CancellationToken);
        var home = _folder.CreateFolder("gpg");
        File.SetUnixFileMode(home, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["GNUPGHOME"] = home };
        try
        {
            (await GpgAsync(environment, "--batch", "--passphrase", "", "--quick-generate-key", "releases@example.com", "ed25519", "sign"))
                .Succeeded("gpg");
            (await SignAsync(environment, release)).Succeeded("deploy/release/sign");
            Assert.Equal(0, (await VerifyAsync(environment, release)).ExitCode);
            var notes = await GpgAsync(environment, "--decrypt", Path.Combine(release, "RELEASE-NOTES.md.asc"));
            Assert.Contains("InboundBridge Unreleased", notes.StandardOutput, StringComparison.Ordinal);
            Assert.Contains($"{digest}  package", notes.StandardOutput, StringComparison.Ordinal);
            await File.AppendAllTextAsync(
                Path.Combine(release, "SHA256SUMS"), $"{digest}  another\n", TestContext.Current.CancellationToken);
            Assert.NotEqual(0, (await VerifyAsync(environment, release)).ExitCode);
            // A file that is not what its checksum says is not signed.
            await File.WriteAllTextAsync(Path.Combine(release, "package"), "others", TestContext.Current.CancellationToken);
            Assert.NotEqual(0, (await SignAsync(environment, release)).ExitCode);
        }
        finally
        {
            await PeerProcess.RunAsync("gpgconf", "gpgconf", ["--kill", "all"], environment: environment);
        }
    }

    private static Task<PeerResult> GpgAsync(Dictionary<string, string> environment, params string[] arguments) =>
        PeerProcess.RunAsync("gpg", PeerPrograms.Find("gpg", "gpg"), arguments, environment: environment);

    private static Task<PeerResult> SignAsync(Dictionary<string, string> environment, string release) => PeerProcess.RunAsync(
        "deploy/release/sign", PackageFixture.Script("release/sign"), [release, "releases@example.com"], environment: environment);

    private static Task<PeerResult> VerifyAsync(Dictionary<string, string> environment, string release) =>
        GpgAsync(environment, "--verify", Path.Combine(release, "SHA256SUMS.asc"), Path.Combine(release, "SHA256SUMS"));

    private static async Task<string> RunAsync(string script, params string[] arguments) =>
        (await PeerProcess.RunAsync(script, PackageFixture.Script(script), arguments)).Succeeded(script).StandardOutput;
}
