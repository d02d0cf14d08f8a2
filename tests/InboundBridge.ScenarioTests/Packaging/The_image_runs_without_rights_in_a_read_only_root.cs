using System.Text.Json;
using System.Text.RegularExpressions;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Packaging;

/// <summary>
/// The Dockerfile's image on a base of Debian, because no registry is asked: built by buildah, started as an engine with a read-only root
/// and no capabilities would, with the configuration of <c>init</c>.
/// </summary>
[Collection(nameof(Packages))]
public sealed partial class The_image_runs_without_rights_in_a_read_only_root(PackageFixture packages) : IDisposable
{
    private const string Image = ContainerImage.Name;
    private const string Spool = "/var/spool/inboundbridge";
    private const int User = 1654;

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_is_healthy_delivers_and_drains()
    {
        var buildah = new Buildah(await packages.ImagesAsync());
        var config = await buildah.ConfigAsync(Image);
        Assert.Equal($"{User}:{User}", config.GetProperty("User").GetString());
        Assert.Equal("SIGTERM", config.GetProperty("StopSignal").GetString());
        Assert.True(config.GetProperty("Volumes").TryGetProperty(Spool, out _));
        string[] health = Texts(config.GetProperty("Healthcheck").GetProperty("Test"));
        Assert.Equal(["CMD", "inboundbridge", "healthcheck"], health);

        await using var receiver = await ConfigureAsync();
        var root = await buildah.MountAsync(Image);
        Assert.Equal($"{User}:{User} 700", await StatAsync(root, Spool));
        Assert.Equal("0:0 755", await StatAsync(root, "/var/spool"));
        Assert.Equal("0:0 755", await StatAsync(root, "/usr/local/bin"));
        Assert.Equal("0:0 755", await StatAsync(root, "/etc/inboundbridge"));
        await using var container = PeerProcess.Start(
            "container", PeerPrograms.Find("unshare", "util-linux"),
            Arguments(root, config, [.. Texts(config.GetProperty("Entrypoint")), .. Texts(config.GetProperty("Cmd"))]));
        await container.LineAsync(Ready());
        (await HealthAsync()).Succeeded("healthcheck");
        var port = int.Parse(
            (await container.LineAsync(Listening())).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        await using (var session = await SmtpConversation.OpenAsync(port))
            Assert.StartsWith(
                "250", await session.SendAsync(MailText.Numbered(1), "al@sender.test", "hello@example.com"), StringComparison.Ordinal);
        Assert.True((await receiver.WaitForAsync(1, state: () => container.Log))[0].Verified);
        container.Terminate();
        Assert.Equal(0, await container.ExitAsync());
        Assert.NotEqual(0, (await HealthAsync()).ExitCode);

        Task<PeerResult> HealthAsync() =>
            PeerProcess.RunAsync("healthcheck", PeerPrograms.Find("unshare", "util-linux"), Arguments(root, config, health[1..]));
    }

    /// <summary>Who owns it, and its mode.</summary>
    private static async Task<string> StatAsync(string root, string path) =>
        (await PeerProcess.RunAsync("stat", "stat", ["-c", "%u:%g %a", root + path])).Succeeded("stat").StandardOutput.Trim();

    [GeneratedRegex(@"\bready\b")]
    private static partial Regex Ready();

    [GeneratedRegex(@"listening kind=smtp .*:(\d+)\s*$")]
    private static partial Regex Listening();

    private static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetString()!)];

    /// <summary>As an operator does it on the engine's machine; the folder belongs to the container's user.</summary>
    private async Task<WebhookReceiver> ConfigureAsync()
    {
        var mail = _folder["mail"];
        (await Appliance.RunAsync(["init", mail, "--yes", "--listen", "127.0.0.1:0"])).Succeeded("init");
        var secret = (await File.ReadAllTextAsync(Path.Combine(mail, "secrets/webhook"), TestContext.Current.CancellationToken)).Trim();
        var receiver = await WebhookReceiver.StartAsync(_folder, secret: secret);
        var file = Path.Combine(mail, "inboundbridge.yaml");
        var yaml = (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))
            .Replace("http://127.0.0.1:9000/mail", receiver.Url(), StringComparison.Ordinal)
            .Replace("127.0.0.1:8080", $"127.0.0.1:{FreePort.Choose(1)[0]}", StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, $"{yaml}\n{ApplianceSetup.NoSenderChecks}\n", TestContext.Current.CancellationToken);
        (await PeerProcess.RunAsync("chown", "chown", ["-R", $"{User}:{User}", mail])).Succeeded("chown");
        return receiver;
    }

    /// <summary>The root can't be written but for the spool and /tmp; the user has no capability and gets none.</summary>
    private IEnumerable<string> Arguments(string root, JsonElement config, string[] command) =>
    [
        "--mount", "sh", "-ec",
        $"""
        mount --bind "$0" "$0"
        mount -t proc proc "$0/proc"
        mount -t tmpfs -o mode=755 dev "$0/dev"
        mknod -m 666 "$0/dev/null" c 1 3
        mknod -m 666 "$0/dev/zero" c 1 5
        mknod -m 666 "$0/dev/random" c 1 8
        mknod -m 666 "$0/dev/urandom" c 1 9
        mount -t tmpfs -o mode=1777 tmp "$0/tmp"
        mount --bind '{_folder["mail"]}' "$0/etc/inboundbridge"
        mount -o remount,ro,bind "$0/etc/inboundbridge"
        mount --bind '{_folder["mail"]}/data' "$0{Spool}"
        mount -o remount,ro,bind "$0"
        ! touch "$0/opt/written" 2>/dev/null
        exec chroot "$0" setpriv --reuid={User} --regid={User} --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all "$@"
        """,
        root, "env", "-i", "-C", config.GetProperty("WorkingDir").GetString()!, .. Texts(config.GetProperty("Env")),
        "PATH=/usr/local/bin:/usr/bin:/bin", .. command,
    ];
}
