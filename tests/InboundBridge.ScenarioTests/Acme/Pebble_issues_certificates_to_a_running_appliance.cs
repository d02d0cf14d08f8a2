using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Acme;

/// <summary>
/// Debian's pebble proves the names and issues; the appliance offers STARTTLS and HTTPS with the certificate, without a restart. Pebble
/// refuses three of ten nonces.
/// </summary>
public sealed partial class Pebble_issues_certificates_to_a_running_appliance : IDisposable
{
    private const string Host = "mx.example.com";
    private const string Hmac = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";

    private readonly PeerFolder _folder = new();
    private readonly TestAuthority _authority;

    public Pebble_issues_certificates_to_a_running_appliance() => _authority = new TestAuthority(_folder);

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    /// <summary>With tls-alpn-01 the challenge and HTTPS share one port.</summary>
    [Theory]
    [InlineData("http-01")]
    [InlineData("tls-alpn-01")]
    public async Task After_a_failed_challenge_starttls_and_https_appear(string challenge)
    {
        var ports = FreePort.Choose(2);
        var (https, challenges) = (ports[0], challenge == "http-01" ? ports[1] : ports[0]);
        var isBound = challenge == "tls-alpn-01";
        await using var pebble = await Pebble.StartAsync(_folder, _authority, new PebbleOptions
        {
            HttpPort = challenges,
            TlsPort = challenges,
            Address = Pebble.Nowhere,
            Hmac = isBound ? Hmac : null,
        });
        var acme = Acme(pebble, challenge, challenges, isBound ? $", eab: {{ kid: kid-1, hmac: {Hmac} }}" : "");
        await using var appliance = await Appliance.StartAsync(_folder, Configuration(acme, https));

        await appliance.LoggedAsync("acme_failed");
        // Pebble calls a refused connection by another name where it asks by TLS.
        Assert.Matches("cause=\"(?:mx|mail)\\.example\\.com: [a-zA-Z]+: ", appliance.Log);
        Assert.DoesNotContain("remedy=-", appliance.Log, StringComparison.Ordinal);
        await using var early = await SmtpConversation.OpenAsync(appliance.PortOf("mx"));
        Assert.DoesNotContain("STARTTLS", await early.AskAsync("EHLO peer.test"), StringComparison.Ordinal);
        await using var demanding = await SmtpConversation.OpenAsync(appliance.PortOf("demanding"));
        Assert.StartsWith("454 4.7.0", await demanding.AskAsync("MAIL FROM:<al@sender.test>"), StringComparison.Ordinal);

        await pebble.PointToAsync("127.0.0.1");
        appliance.Process.HangUp();
        await appliance.LoggedAsync("acme_certificate");
        using var root = await pebble.RootAsync();
        await using var later = await SmtpConversation.OpenAsync(appliance.PortOf("mx"));
        using var shown = await later.StartTlsAsync(Host);
        AssertIssued(shown, root);
        Assert.StartsWith("250", await later.SendAsync(MailText.Numbered(1), "al@sender.test", "al@example.com"), StringComparison.Ordinal);
        Assert.StartsWith("250", await early.AskAsync("NOOP"), StringComparison.Ordinal);
        await AssertHttpsAsync(https, root);
        Assert.DoesNotContain(Hmac, appliance.Log, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(CertificateFile));

        // The next start has it before the first connection, and asks for no other.
        await appliance.StopAsync();
        await appliance.StartAsync();
        await using var again = await SmtpConversation.OpenAsync(appliance.PortOf("mx"));
        using var same = await again.StartTlsAsync(Host);
        Assert.Equal(shown.Thumbprint, same.Thumbprint);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_renewal_swaps_the_certificate_under_sessions_that_go_on(bool reuseKey)
    {
        var port = FreePort.Choose(1)[0];
        await using var pebble = await Pebble.StartAsync(_folder, _authority, new PebbleOptions { TlsPort = port, LifetimeSeconds = 20 });
        var acme = Acme(pebble, "tls-alpn-01", port, $", reuse_key: {(reuseKey ? "true" : "false")}");
        await using var appliance = await Appliance.StartAsync(_folder, Configuration(acme));
        await appliance.LoggedAsync("acme_certificate");
        await using var open = await SmtpConversation.OpenAsync(appliance.PortOf("mx"));
        using var before = await open.StartTlsAsync(Host);

        X509Certificate2? after = null;
        await Deadline.Usual.UntilAsync(
            async () =>
            {
                await using var next = await SmtpConversation.OpenAsync(appliance.PortOf("mx"));
                after?.Dispose();
                after = await next.StartTlsAsync(Host);
                return after.Thumbprint != before.Thumbprint;
            }, "a renewed certificate", () => appliance.Log + pebble.Log);
        Assert.Equal(reuseKey, Digest(before) == Digest(after!));
        after!.Dispose();
        Assert.StartsWith("250", await open.SendAsync(MailText.Numbered(1), "al@sender.test", "al@example.com"), StringComparison.Ordinal);
        Assert.InRange(await appliance.MetricAsync("inboundbridge_tls_certificate_expiry_seconds", $"name=\"{Host}\""), -20, 20);
        Assert.True(await appliance.MetricAsync("inboundbridge_acme_orders_total", "outcome=\"issued\"") >= 2);
        Assert.DoesNotContain("acme_failed", appliance.Log, StringComparison.Ordinal);
    }

    /// <summary>The kill comes while pebble waits before it looks at the proof; the appliance may be down when it looks.</summary>
    [Fact]
    public async Task After_kill_9_within_an_order_the_next_start_gets_the_certificate()
    {
        var port = FreePort.Choose(1)[0];
        await using var pebble = await Pebble.StartAsync(_folder, _authority, new PebbleOptions { HttpPort = port, Sleep = 4 });
        await using var appliance = await Appliance.StartAsync(_folder, Configuration(Acme(pebble, "http-01", port)));
        await appliance.LoggedAsync("acme_order");
        await appliance.KillAsync();
        await appliance.StartAsync();
        var failed = 0;
        await Deadline.Usual.UntilAsync(
            () =>
            {
                // An attempt that failed because nobody answered is repeated when the operator says so.
                var failures = Failures().Count(appliance.Log);
                if (failures > failed)
                    appliance.Process.HangUp();
                failed = failures;
                return appliance.Log.Contains("acme_certificate", StringComparison.Ordinal);
            }, "a certificate", () => appliance.Log + pebble.Log);
        using var root = await pebble.RootAsync();
        await using var session = await SmtpConversation.OpenAsync(appliance.PortOf("mx"));
        using var shown = await session.StartTlsAsync(Host);
        AssertIssued(shown, root);
        Assert.False(File.Exists(Path.Combine(_folder.Path, "data", "acme", "order.pem")));
    }

    [GeneratedRegex("acme_failed")]
    private static partial Regex Failures();

    private string CertificateFile => Path.Combine(_folder.Path, "data", "acme", "certificate.pem");

    private static string Acme(Pebble pebble, string challenge, int port, string more = "") =>
        $$"""{ email: ops@example.com, directory: "{{pebble.Directory}}", names: [{{Host}}, mail.example.com], challenge: {{challenge}}, """
        + $$"""listen: "127.0.0.1:{{port}}", trusted_certificates: "{{pebble.TrustedFile}}"{{more}} }""";

    /// <param name="https">The port of HTTPS; null: HTTP at any port.</param>
    private string Configuration(string acme, int? https = null)
    {
        var configuration = ApplianceSetup.Write(
            _folder, ApplianceSetup.Everything("hold: arrived"), [], $"tls: {{ acme: {acme} }}",
            """listeners: [{ name: mx, address: "127.0.0.1:0" }, { name: demanding, address: "127.0.0.1:0", tls: require }]""");
        return https is null ? configuration : configuration.Replace(
            $"\"{Appliance.HttpAddress}\"", $"{{ address: \"127.0.0.1:{https}\", tls: implicit }}", StringComparison.Ordinal);
    }

    [SuppressMessage("Security", "CA5359", Justification = "The callback looks at the certificate.")]
    private async Task AssertHttpsAsync(int port, X509Certificate2 root)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                TargetHost = Host,
                RemoteCertificateValidationCallback = (_, shown, _, _) =>
                {
                    AssertIssued((X509Certificate2)shown!, root);
                    return true;
                },
            },
        });
        Assert.Equal(
            System.Net.HttpStatusCode.OK,
            (await client.GetAsync($"https://127.0.0.1:{port}/readyz", TestContext.Current.CancellationToken)).StatusCode);
    }

    /// <summary>It names both hosts, and the authority's root vouches for it by the chain that the appliance keeps.</summary>
    private void AssertIssued(X509Certificate2 shown, X509Certificate2 root)
    {
        Assert.True(shown.MatchesHostname(Host) && shown.MatchesHostname("mail.example.com"));
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.ExtraStore.ImportFromPemFile(CertificateFile);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        Assert.True(chain.Build(shown), string.Join(' ', chain.ChainStatus.Select(status => status.StatusInformation)));
    }

    private static string Digest(X509Certificate2 certificate) =>
        Convert.ToHexString(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
}
