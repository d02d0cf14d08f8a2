using System.Buffers.Binary;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Packaging;

/// <summary>
/// The package on a Debian that has systemd and nothing else: installed, configured by <c>init</c>, mail by TLS with a certificate of
/// pebble, a signed webhook, levels in the journal, an upgrade, spools of older versions, and a purge with mail in the spool.
/// </summary>
[Collection(nameof(Packages))]
public sealed class A_bare_Debian_becomes_an_MX : IAsyncDisposable
{
    private const string Host = "mx.example.com";
    private const string Configuration = "/etc/inboundbridge/inboundbridge.yaml";
    private const string Spool = "/var/lib/inboundbridge";
    private const string Kept = "/var/lib/kept";

    private readonly PeerFolder _folder = new();
    private readonly PackageFixture _packages;
    private readonly TestAuthority _authority;
    private DebianMachine? _debian;

    public A_bare_Debian_becomes_an_MX(PackageFixture packages)
    {
        _packages = packages;
        _authority = new TestAuthority(_folder);
    }

    public async ValueTask DisposeAsync()
    {
        if (_debian is not null)
            await _debian.DisposeAsync();
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Mail_survives_the_upgrade_and_the_purge()
    {
        var debian = _debian = await DebianMachine.BootAsync(await _packages.DebianAsync(), _folder["root"]);
        var installed = await debian.InstallAsync(await _packages.BuildDebAsync("1.0.0", _folder["packages"]));
        Assert.Contains("inboundbridge init /etc/inboundbridge", installed, StringComparison.Ordinal);
        Assert.Equal(Private, File.GetUnixFileMode(debian["/etc/inboundbridge/secrets"]));
        Assert.Equal(Private, File.GetUnixFileMode(debian["/var/lib/inboundbridge"]));
        Assert.Equal("inactive", await StateAsync(debian));

        var ports = FreePort.Choose(4);
        await using var pebble = await Pebble.StartAsync(_folder, _authority, new PebbleOptions { HttpPort = ports[1] });
        await ConfigureAsync(debian, pebble, ports);
        var secret = (await File.ReadAllTextAsync(debian["/etc/inboundbridge/secrets/webhook"], Cancellation)).Trim();
        await using var receiver = await WebhookReceiver.StartAsync(_folder, secret: secret);
        await EditAsync(debian, $"127.0.0.1:{ports[3]}", $"127.0.0.1:{receiver.Port}");
        (await debian.RunAsync("inboundbridge", "check", "--config", Configuration)).Succeeded("check");
        var configured = await File.ReadAllTextAsync(debian[Configuration], Cancellation);

        await StartAsync(debian);
        await debian.LoggedAsync("acme_certificate");
        await SendByTlsAsync(ports[0], pebble, number: 1);
        await receiver.WaitForAsync(1);
        await TheJournalKnowsLevelsAsync(debian);

        // Mail that waits is delivered after the upgrade, which restarts the service.
        await receiver.GoDownAsync();
        await SendByTlsAsync(ports[0], pebble, number: 2);
        await SendByTlsAsync(ports[0], pebble, number: 3);
        var process = await ProcessAsync(debian);
        var newer = await _packages.BuildDebAsync("1.0.1", _folder["packages"]);
        await debian.InstallAsync(newer);
        Assert.Equal(configured, await File.ReadAllTextAsync(debian[Configuration], Cancellation));
        Assert.Equal("active", await StateAsync(debian));
        Assert.NotEqual(process, await ProcessAsync(debian));
        await receiver.ComeBackAsync();
        await receiver.WaitForAsync(3);
        await OldSpoolsAreDeliveredAsync(debian);

        // A purge keeps the mail, and a new installation delivers it.
        await receiver.GoDownAsync();
        await SendByTlsAsync(ports[0], pebble, number: 4);
        (await debian.RunAsync("cp", "-a", "/etc/inboundbridge", "/root/kept")).Succeeded("the copy of the configuration");
        var purged = (await debian.RunAsync("dpkg", "-P", "inboundbridge")).Succeeded("dpkg -P");
        Assert.Contains("the spool was kept: /var/lib/inboundbridge", purged.Output, StringComparison.Ordinal);
        Assert.NotEqual("active", await StateAsync(debian));
        Assert.False(Directory.Exists(debian["/etc/inboundbridge"]));
        Assert.False(Directory.Exists(debian["/usr/lib/inboundbridge"]));
        Assert.True(File.Exists(debian["/var/lib/inboundbridge/spool.db"]));
        await debian.InstallAsync(newer);
        (await debian.RunAsync("cp", "-a", "/root/kept/.", "/etc/inboundbridge/")).Succeeded("the configuration's return");
        await StartAsync(debian);
        await receiver.ComeBackAsync();
        var requests = await receiver.WaitForAsync(4);
        Assert.All(receiver.Requests, request => Assert.True(request.Verified, request.Problem));
        Assert.Equal(
            ["1", "2", "3", "4"],
            requests.Select(request => request.Data.GetProperty("vars").GetProperty("ticket").GetString()).Order(StringComparer.Ordinal));
        (await debian.RunAsync("systemctl", "stop", "inboundbridge")).Succeeded("systemctl stop");
        Assert.Equal("success", await PropertyAsync(debian, "Result"));
    }

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="ports">Of SMTP, of the challenge, of HTTP, and of the application as long as it is not there.</param>
    private async Task ConfigureAsync(DebianMachine debian, Pebble pebble, int[] ports)
    {
        // On many servers root's files are for root alone; the service has to read its configuration all the same.
        (await debian.RunAsync(
            "sh", "-c", "umask 077; exec inboundbridge \"$@\"", "sh", "init", "/etc/inboundbridge", "--yes",
            "--domain", "example.com", "--hostname", Host,
            "--webhook", $"http://127.0.0.1:{ports[3]}/app", "--certificate", "acme", "--email", "ops@example.com",
            "--listen", $"127.0.0.1:{ports[0]}")).Succeeded("init");
        // The package has a unit and no container.
        Assert.False(File.Exists(debian["/etc/inboundbridge/inboundbridge.service"]));
        Assert.False(File.Exists(debian["/etc/inboundbridge/compose.yaml"]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(debian["/etc/inboundbridge/secrets/webhook"]));
        // What differs on this machine: another authority, free ports, no DNS, short waits.
        File.Copy(pebble.TrustedFile, debian["/etc/inboundbridge/pebble.pem"]);
        await EditAsync(
            debian, "email: \"ops@example.com\"",
            $"email: ops@example.com, directory: \"{pebble.Directory}\", trusted_certificates: pebble.pem, listen: \"127.0.0.1:{ports[1]}\"");
        await EditAsync(debian, "listen: \"127.0.0.1:8080\"", $"listen: \"127.0.0.1:{ports[2]}\"");
        var retries = ApplianceSetup.FastRetries.Replace("}, circuit", "}\n      circuit", StringComparison.Ordinal);
        await EditAsync(debian, "attachments: {", $"{retries}\n      attachments: {{");
        await File.AppendAllTextAsync(debian[Configuration], $"\n{ApplianceSetup.NoSenderChecks}\n", Cancellation);
    }

    private static async Task EditAsync(DebianMachine debian, string from, string to)
    {
        var text = await File.ReadAllTextAsync(debian[Configuration], Cancellation);
        Assert.Contains(from, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(debian[Configuration], text.Replace(from, to, StringComparison.Ordinal), Cancellation);
    }

    private static async Task StartAsync(DebianMachine debian)
    {
        var started = await debian.RunAsync("systemctl", "start", "inboundbridge");
        Assert.True(started.ExitCode == 0, $"{started.Output}\n{await debian.LogAsync()}");
        Assert.Equal("active", await StateAsync(debian));
    }

    /// <summary>
    /// A reload is asked for by a signal, so systemctl succeeds whatever becomes of it: what is wrong is an error in the journal.
    /// </summary>
    private static async Task TheJournalKnowsLevelsAsync(DebianMachine debian)
    {
        (await debian.RunAsync("systemctl", "reload", "inboundbridge")).Succeeded("systemctl reload");
        await debian.LoggedAsync("reloaded cause=SIGHUP");
        var text = await File.ReadAllTextAsync(debian[Configuration], Cancellation);
        await File.WriteAllTextAsync(debian[Configuration], $"{text}\nno_such_key: 1\n", Cancellation);
        (await debian.RunAsync("systemctl", "reload", "inboundbridge")).Succeeded("systemctl reload");
        await debian.LoggedAsync("reload_refused cause=SIGHUP");
        await File.WriteAllTextAsync(debian[Configuration], text, Cancellation);
        var journal = await debian.JournalAsync();
        Assert.All(journal, line => Assert.DoesNotMatch("^<[0-7]>", line.Text));
        AssertLevel("3", "no_such_key");
        AssertLevel("3", "reload_refused");
        AssertLevel("6", "reloaded cause=SIGHUP");
        AssertLevel("6", "listening kind=");

        void AssertLevel(string priority, string words)
        {
            var lines = journal.Where(line => line.Text.Contains(words, StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(lines);
            Assert.All(lines, line => Assert.Equal(priority, line.Priority));
        }
    }

    /// <summary>
    /// The next package finds what programs of older schema versions have left: a mail that waits for its second attempt is delivered as it
    /// came, and one of a destination that was paused stays.
    /// </summary>
    private async Task OldSpoolsAreDeliveredAsync(DebianMachine debian)
    {
        var secret = (await File.ReadAllTextAsync(debian["/etc/inboundbridge/secrets/webhook"], Cancellation)).Trim();
        await using var hook = await WebhookReceiver.StartAsync(_folder, "hook", secret);
        await EditAsync(debian, "destinations:\n", $$"""
            destinations:
              hook: { webhook: { url: "{{hook.Url()}}", secret: "${credential:webhook}" } }
              store: { webhook: { url: "{{hook.Url("/paused")}}", secret: "${credential:webhook}" } }

            """);
        (await debian.RunAsync("systemctl", "stop", "inboundbridge")).Succeeded("systemctl stop");
        (await debian.RunAsync("mv", Spool, Kept)).Succeeded("mv");
        int[] versions = [1, 5];
        foreach (var (version, number) in versions.Select((version, place) => (version, place + 1)))
        {
            (await PeerProcess.RunAsync(
                "cp", "cp", ["-R", Path.Combine(Checkout.Root, $"tests/testdata/upgrade/v{version}"), debian[Spool]])).Succeeded("cp");
            (await debian.RunAsync("chown", "-R", "inboundbridge:inboundbridge", Spool)).Succeeded("chown");
            Assert.Equal(version, SchemaVersion(debian));
            await debian.InstallAsync(await _packages.BuildDebAsync($"1.0.{1 + number}", _folder["packages"]));
            await StartAsync(debian);
            var request = (await hook.WaitForAsync(number))[^1];
            Assert.True(request.Verified, request.Problem);
            Assert.Equal("/mail", request.Path);
            // The delivery's own fields stand in front.
            Assert.EndsWith(OldMail, Convert.ToHexString(request.Body), StringComparison.Ordinal);
            (await debian.RunAsync("systemctl", "stop", "inboundbridge")).Succeeded("systemctl stop");
            Assert.True(SchemaVersion(debian) > version, "the spool was not upgraded");
            (await debian.RunAsync("rm", "-r", Spool)).Succeeded("rm");
        }
        Assert.Equal(versions.Length, hook.Requests.Count);
        (await debian.RunAsync("mv", Kept, Spool)).Succeeded("mv");
        await StartAsync(debian);
    }

    /// <summary>SQLite's <c>user_version</c>, which is in the database's header.</summary>
    private static int SchemaVersion(DebianMachine debian) =>
        BinaryPrimitives.ReadInt32BigEndian(File.ReadAllBytes(debian[$"{Spool}/spool.db"]).AsSpan(60));

    /// <summary>The small mail of each data directory in tests/testdata/upgrade: octets that no encoding changes unnoticed.</summary>
    private static string OldMail
    {
        get
        {
            var octets = new byte[1000];
            new Random(1).NextBytes(octets);
            return Convert.ToHexString(octets);
        }
    }

    private static Task<string> StateAsync(DebianMachine debian) => PropertyAsync(debian, "ActiveState");

    private static Task<string> ProcessAsync(DebianMachine debian) => PropertyAsync(debian, "MainPID");

    private static async Task<string> PropertyAsync(DebianMachine debian, string name) =>
        (await debian.RunAsync("systemctl", "show", "--value", "--property", name, "inboundbridge")).Succeeded("systemctl show")
            .StandardOutput.Trim();

    private static async Task SendByTlsAsync(int port, Pebble pebble, int number)
    {
        await using var session = await SmtpConversation.OpenAsync(port);
        using var shown = await session.StartTlsAsync(Host);
        using var authority = await pebble.RootAsync();
        Assert.True(shown.MatchesHostname(Host));
        Assert.NotEqual(shown.Issuer, shown.Subject);
        Assert.StartsWith(
            "250", await session.SendAsync(MailText.Numbered(number), "al@sender.test", $"support+{number}@example.com"),
            StringComparison.Ordinal);
    }
}
