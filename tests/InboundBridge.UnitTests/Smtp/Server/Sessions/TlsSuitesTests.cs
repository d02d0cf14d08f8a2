using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using InboundBridge.Configuration.Options;
using InboundBridge.Smtp.Server;

namespace InboundBridge.UnitTests.Smtp.Server.Sessions;

/// <summary>Which cipher suites a handshake may use, and what the log says when it fails.</summary>
[SuppressMessage("Security", "CA5359", Justification = "The certificate was made a moment ago.")]
[SuppressMessage("Interoperability", "CA1416", Justification = "Lists of suites are OpenSSL's.")]
public class TlsSuitesTests
{
    private static readonly Lazy<X509Certificate2> Rsa = new(MakeRsa);

    private static readonly SslProtocols Both = SslProtocols.Tls12 | SslProtocols.Tls13;

    public static TheoryData<TlsCipherSuite> OfOldSenders =>
    [
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
            TlsCipherSuite.TLS_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    ];

    [Theory]
    [MemberData(nameof(OfOldSenders))]
    public async Task Old_senders_find_a_suite(TlsCipherSuite only)
    {
        await using var server = Server(TlsCiphers.Compatible);
        await HandshakeAsync(server, only);
        Assert.Equal(only.ToString(), server.Peer.Tls!.Cipher);
    }

    [Theory]
    [InlineData(TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA)]
    [InlineData(TlsCipherSuite.TLS_RSA_WITH_AES_256_CBC_SHA)]
    public async Task With_modern_suites_only_the_log_names_the_failure(TlsCipherSuite only)
    {
        await using var server = Server(TlsCiphers.Modern);
        await Assert.ThrowsAnyAsync<Exception>(() => HandshakeAsync(server, only));
        await server.EndAsync();
        var cause = Assert.Single(server.Observer.TlsFailures).GetBaseException().Message;
        Assert.Contains("no shared cipher", cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_suites_of_the_list_are_used()
    {
        await using var server = Server(TlsCiphers.Of([TlsCipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA]));
        await HandshakeAsync(server, TlsCipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA);
        await using var other = Server(TlsCiphers.Of([TlsCipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA]));
        await Assert.ThrowsAnyAsync<Exception>(() => HandshakeAsync(other, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256));
    }

    /// <summary>A list of suites disables session resumption, so clients with TLS 1.3 don't get one.</summary>
    [Fact]
    public void Peers_with_tls_13_get_the_platforms_own_suites()
    {
        Assert.Null(TlsCiphers.Compatible.PolicyFor(Both, Both));
        Assert.NotNull(TlsCiphers.Compatible.PolicyFor(SslProtocols.Tls12, Both));
        Assert.NotNull(TlsCiphers.Compatible.PolicyFor(Both, SslProtocols.Tls12));
        Assert.Null(TlsCiphers.Modern.PolicyFor(SslProtocols.Tls12, Both));
    }

    [Theory]
    [InlineData("ECDHE-RSA-AES256-SHA", TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA)]
    [InlineData("aes128-gcm-sha256", TlsCipherSuite.TLS_RSA_WITH_AES_128_GCM_SHA256)]
    [InlineData("TLS_RSA_WITH_AES_256_CBC_SHA", TlsCipherSuite.TLS_RSA_WITH_AES_256_CBC_SHA)]
    public void Suites_have_two_names(string name, TlsCipherSuite suite)
    {
        Assert.True(CipherSuiteNames.TryParse(name, out var read));
        Assert.Equal(suite, read);
    }

    [Fact]
    public async Task The_log_reports_a_missing_handshake()
    {
        await using var server = Server(TlsCiphers.Compatible);
        server.Start();
        await server.Time.FireNextAsync(TimeSpan.FromSeconds(30));
        await server.EndAsync();
        Assert.Equal("no handshake within 30 s", Assert.Single(server.Observer.TlsFailures).GetBaseException().Message);
    }

    private static SmtpTestServer Server(TlsCiphers ciphers) => new()
    {
        Listener = new()
        {
            Tls = SmtpTlsMode.Implicit,
            TlsOptions = _ => new SslServerAuthenticationOptions { ServerCertificate = Rsa.Value, EnabledSslProtocols = Both },
            Ciphers = offered => ciphers.PolicyFor(offered, Both),
        },
    };

    private static async Task HandshakeAsync(SmtpTestServer server, TlsCipherSuite only)
    {
        var client = server.Start();
        await client.StartTlsAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "mx.example.net",
            EnabledSslProtocols = SslProtocols.Tls12,
            CipherSuitesPolicy = new CipherSuitesPolicy([only]),
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        });
        Assert.StartsWith("220 ", await client.ReadReplyAsync(), StringComparison.Ordinal);
    }

    private static X509Certificate2 MakeRsa()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=mx.example.net", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(
            new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2050, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
