using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using InboundBridge.Certificates;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Options;
using InboundBridge.Hosting;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.Smtp.Server;
using InboundBridge.UnitTests.MailFlow.Metrics;
using InboundBridge.UnitTests.MailFlow.Spool;
using InboundBridge.UnitTests.Smtp.Server;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.Host.Certificates;

/// <summary>Certificates from files: chosen by name, renewed under connections that stay, asked of clients.</summary>
[SuppressMessage("Security", "CA5359", Justification = "The certificates were made a moment ago.")]
public sealed class CertificateStoreTests : IDisposable
{
    private readonly SpoolFolder _folder = new();

    [Theory]
    [InlineData("mx.one.example", "CN=one")]
    [InlineData("MX.ONE.EXAMPLE", "CN=one")]
    [InlineData("mx.two.example", "CN=two")]
    [InlineData("any.two.example", "CN=two")]
    [InlineData("deep.any.two.example", "CN=one")]
    [InlineData("stranger.example", "CN=one")]
    [InlineData("", "CN=one")]
    [InlineData(null, "CN=one")]
    public void The_certificate_is_chosen_by_name(string? name, string subject)
    {
        using var store =
            Store(new TlsOptions
            {
                Certificates = [Write("one", "CN=one", "mx.one.example"), Write("two", "CN=two", "mx.two.example", "*.two.example")]
            });
        Assert.Equal(subject, store.OptionsFor(name).ServerCertificateContext!.TargetCertificate.Subject);
    }

    /// <summary>The first one ended in 2030; ACME's comes first too.</summary>
    [Theory]
    [InlineData("mx.example.net", 2029, "CN=first")]
    [InlineData("mx.example.net", 2031, "CN=second")]
    [InlineData("only.example.net", 2031, "CN=pattern")]
    [InlineData("alone.example.org", 2031, "CN=first")]
    [InlineData("stranger.example", 2029, "CN=first")]
    [InlineData("stranger.example", 2031, "CN=second")]
    [InlineData(null, 2031, "CN=second")]
    [InlineData("mx.example.net", 2051, "CN=first")]
    [InlineData(null, 2051, "CN=first")]
    public void A_valid_certificate_goes_before_an_expired_one_for_the_same_name(string? name, int year, string subject)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2029, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var store = new CertificateStore(
            new TlsOptions
            {
                Certificates =
                [
                    Write("other", "CN=other", "other.example.net"), Write("second", "CN=second", "mx.example.net"),
                    Write("pattern", "CN=pattern", "*.example.net"),
                ],
            },
            new MetricRegistry(), clock, NullLogger<CertificateStore>.Instance);
        var first = WriteUntil(2030, "first", "CN=first", "mx.example.net", "only.example.net", "alone.example.org");
        store.Install(CertificateSet.Read(first));
        clock.SetUtcNow(new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal(subject, store.OptionsFor(name).ServerCertificateContext!.TargetCertificate.Subject);
    }

    /// <summary>As certbot names them: each folder has a fullchain.pem.</summary>
    [Fact]
    public async Task Files_of_the_same_name_in_two_folders_have_an_expiry_each()
    {
        foreach (var name in new[] { "one", "two" })
            Directory.CreateDirectory(Path.Combine(_folder.Path, name));
        var metrics = new MetricRegistry();
        using var store = new CertificateStore(
            new TlsOptions
            {
                Certificates =
                [
                    Write("one/fullchain", "CN=one", "one.example"), Write("two/fullchain", "CN=two", "two.example"),
                    Write("three", "CN=three", "three.example"),
                ],
            },
            metrics, TimeProvider.System, NullLogger<CertificateStore>.Instance);
        Assert.All(
            await MetricsText.SamplesAsync(metrics, "tls_certificate_lifetime_seconds"),
            sample => Assert.EndsWith(" 946771200", sample, StringComparison.Ordinal));
        var samples = await MetricsText.SamplesAsync(metrics, "tls_certificate_expiry_seconds");
        Assert.Equal(
            [$"{_folder.Path}/one/fullchain.pem", $"{_folder.Path}/two/fullchain.pem", "three.pem"],
            samples.Select(sample => sample.Split('"')[1]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_renewed_certificate_counts_from_the_next_handshake_and_connections_stay()
    {
        var files = Write("mx", "CN=before", "mx.example.net");
        using var store = Store(new TlsOptions { Certificates = [files] });
        await using var first = new SmtpTestServer { Listener = Listener(store) };
        await using var second = new SmtpTestServer { Listener = Listener(store) };
        var (old, before) = await ConnectAsync(first);
        Write("mx", "CN=after", "mx.example.net");
        store.Reload();
        var (_, after) = await ConnectAsync(second);
        Assert.Equal(("CN=before", "CN=after"), (before, after));
        Assert.StartsWith("250", await old.SayAsync("NOOP"), StringComparison.Ordinal);
        await File.WriteAllTextAsync(files.Certificate, "broken", TestContext.Current.CancellationToken);
        store.Reload();
        Assert.Equal("CN=after", store.OptionsFor(null).ServerCertificateContext!.TargetCertificate.Subject);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12 | SslProtocols.Tls13, true)]
    [InlineData(SslProtocols.Tls13, false)]
    public async Task The_minimum_version_is_kept(SslProtocols configured, bool takesTls12)
    {
        using var store = Store(new TlsOptions { Certificates = [Write("mx", "CN=mx", "mx.example.net")], Protocols = configured });
        await using var server = new SmtpTestServer { Listener = Listener(store) };
        var connecting = ConnectAsync(server, new SslClientAuthenticationOptions
        {
            TargetHost = "mx.example.net",
            EnabledSslProtocols = SslProtocols.Tls12,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        });
        if (takesTls12)
            await connecting;
        else
            await Assert.ThrowsAnyAsync<Exception>(() => connecting);
        Assert.Equal(takesTls12 ? "TLSv1.2" : null, server.Peer.Tls?.Version);
    }

    [Theory]
    [InlineData(true, true, "CN=client.example")]
    [InlineData(true, false, null)]
    [InlineData(false, true, null)]
    public async Task A_client_is_asked_where_configured_and_verified_against_the_named_authorities(
        bool asked, bool vouchedFor, string? subject)
    {
        using var client = TestCertificates.Make("CN=client.example");
        using var other = TestCertificates.Make("CN=other.example");
        var authorities = Path.Combine(_folder.Path, "authorities.pem");
        await File.WriteAllTextAsync(
            authorities, (vouchedFor ? client : other).ExportCertificatePem(), TestContext.Current.CancellationToken);
        using var store =
            Store(new TlsOptions { Certificates = [Write("mx", "CN=mx", "mx.example.net")], ClientAuthorities = authorities });
        await using var server = new SmtpTestServer { Listener = Listener(store, asked) };
        await ConnectAsync(server, new SslClientAuthenticationOptions
        {
            TargetHost = "mx.example.net",
            ClientCertificates = [client],
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        });
        Assert.Equal(subject, server.Peer.Tls!.ClientCertificate);
    }

    public void Dispose()
    {
        _folder.Dispose();
    }

    private static SmtpListenerOptions Listener(CertificateStore store, bool ask = false) =>
        new() { Tls = SmtpTlsMode.Implicit, TlsOptions = name => store.OptionsFor(name, ask) };

    private static async Task<(SmtpTestClient Client, string Subject)> ConnectAsync(
        SmtpTestServer server, SslClientAuthenticationOptions? options = null)
    {
        var client = server.Start();
        var tls = await client.StartTlsAsync(options);
        Assert.StartsWith("220 ", await client.ReadReplyAsync(), StringComparison.Ordinal);
        return (client, tls.RemoteCertificate!.Subject);
    }

    private CertificateStore Store(TlsOptions options) =>
        new(options, new MetricRegistry(), TimeProvider.System, NullLogger<CertificateStore>.Instance);

    private CertificateFiles Write(string name, string subject, params string[] hosts) => WriteUntil(2050, name, subject, hosts);

    private CertificateFiles WriteUntil(int year, string name, string subject, params string[] hosts)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
            names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var certificate =
            request.CreateSelfSigned(
                new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var files = new CertificateFiles(Path.Combine(_folder.Path, $"{name}.pem"), Path.Combine(_folder.Path, $"{name}.key"));
        File.WriteAllText(files.Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(files.Key, key.ExportPkcs8PrivateKeyPem());
        return files;
    }
}
