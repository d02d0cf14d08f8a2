using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using InboundBridge.Smtp.Server;

namespace InboundBridge.UnitTests.Smtp.Server.Sessions;

/// <summary>Certificates of both sides, names, versions, and failed handshakes.</summary>
[SuppressMessage("Security", "CA5359", Justification = "The certificates were made a moment ago.")]
public class SmtpTlsTests
{
    private static readonly X509Certificate2 Client = TestCertificates.Make("CN=mail.client.example");

    [Theory]
    [InlineData(true, true, "CN=mail.client.example")]
    [InlineData(true, false, null)]
    [InlineData(false, true, null)]
    public async Task A_client_certificate_is_a_fact_if_valid_and_ignored_otherwise(bool shown, bool trusted, string? subject)
    {
        await using var server = Server(_ =>
        {
            var policy =
                new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, TrustMode = X509ChainTrustMode.CustomRootTrust };
            if (trusted)
                policy.CustomTrustStore.Add(Client);
            var options = TestCertificates.ServerOptions(null);
            options.ClientCertificateRequired = true;
            options.CertificateChainPolicy = policy;
            return options;
        });
        var client = await UpToHandshakeAsync(server);
        await client.StartTlsAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "mx.example.net",
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
            ClientCertificates = shown ? [Client] : [],
        });
        Assert.StartsWith("250", await client.SayAsync("EHLO client.example"), StringComparison.Ordinal);
        Assert.Equal(subject, server.Peer.Tls!.ClientCertificate);
    }

    [Fact]
    public async Task The_certificate_is_chosen_by_the_name_that_the_client_wants()
    {
        var asked = new List<string?>();
        await using var server = Server(name =>
        {
            asked.Add(name);
            return TestCertificates.ServerOptions(name);
        });
        var client = await UpToHandshakeAsync(server);
        await client.StartTlsAsync();
        Assert.StartsWith("250", await client.SayAsync("EHLO client.example"), StringComparison.Ordinal);
        Assert.Equal(["mx.example.net"], asked);
    }

    [Fact]
    public async Task An_older_version_than_configured_fails()
    {
        await using var server = Server(name =>
        {
            var options = TestCertificates.ServerOptions(name);
            options.EnabledSslProtocols = SslProtocols.Tls13;
            return options;
        });
        var client = await UpToHandshakeAsync(server);
        await Assert.ThrowsAnyAsync<Exception>(() => client.StartTlsAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "mx.example.net",
            EnabledSslProtocols = SslProtocols.Tls12,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        }));
        await server.EndAsync();
        Assert.Single(server.Observer.TlsFailures);
        Assert.Equal(SmtpConnectionOutcome.TlsFailed, Assert.Single(server.Observer.Ends).Outcome);
    }

    [Fact]
    public async Task A_missing_handshake_ends_the_connection()
    {
        await using var server = Server(TestCertificates.ServerOptions);
        var client = await UpToHandshakeAsync(server);
        await server.Time.FireNextAsync(TimeSpan.FromSeconds(30));
        Assert.Null(await client.ReadLineAsync());
        await server.EndAsync();
        Assert.Equal(SmtpConnectionOutcome.TlsFailed, Assert.Single(server.Observer.Ends).Outcome);
    }

    [Fact]
    public async Task A_failure_to_get_the_certificate_ends_only_this_connection()
    {
        await using var server = Server(_ => throw new FileNotFoundException("privkey.pem"));
        var client = await UpToHandshakeAsync(server);
        await Assert.ThrowsAnyAsync<Exception>(() => client.StartTlsAsync());
        await server.EndAsync();
        Assert.Equal(SmtpConnectionOutcome.TlsFailed, Assert.Single(server.Observer.Ends).Outcome);
        Assert.Empty(server.Observer.Faults);
    }

    private static SmtpTestServer Server(Func<string?, SslServerAuthenticationOptions> options) =>
        new() { Listener = new SmtpListenerOptions { Tls = SmtpTlsMode.StartTls, TlsOptions = options } };

    private static async Task<SmtpTestClient> UpToHandshakeAsync(SmtpTestServer server)
    {
        var client = server.Start();
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO client.example");
        Assert.StartsWith("220", await client.SayAsync("STARTTLS"), StringComparison.Ordinal);
        return client;
    }
}
