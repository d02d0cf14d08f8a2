using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>
/// Let's Encrypt's test authority, with its DNS server, in which every name has one address. It looks at every challenge, refuses three of
/// ten good nonces, and reuses no earlier proof.
/// </summary>
[SuppressMessage("Security", "CA5359", Justification = "The management interface has a certificate of this start.")]
internal sealed class Pebble : IAsyncDisposable
{
    /// <summary>A loopback address on which nothing listens.</summary>
    public const string Nowhere = "127.0.0.72";

    private readonly PeerProcess _pebble;
    private readonly PeerProcess _dns;
    private readonly HttpClient _management;
    private readonly int _port;
    private readonly int _managementPort;
    private readonly int _dnsManagementPort;

    private Pebble(PeerProcess pebble, PeerProcess dns, TestAuthority authority, int[] ports)
    {
        (_pebble, _dns, TrustedFile) = (pebble, dns, authority.File);
        (_port, _managementPort, _dnsManagementPort) = (ports[0], ports[1], ports[3]);
        _management = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        });
    }

    public string Directory => $"https://localhost:{_port}/dir";

    /// <summary>What vouches for the directory's server, in PEM. It issues none of the certificates.</summary>
    public string TrustedFile { get; }

    public string Log => $"{_pebble.Log}\n{_dns.Log}";

    public static Task<Pebble> StartAsync(PeerFolder folder, TestAuthority authority, PebbleOptions options) =>
        FreePort.WithAsync(4, async ports =>
        {
            var certificate = authority.Issue("localhost");
            var file = folder.Write($"pebble-{ports[0]}.json", Configuration(certificate, ports, options));
            var dns = PeerProcess.Start(
                "pebble-challtestsrv", PeerPrograms.Find("pebble-challtestsrv", "pebble"),
                [
                    "-defaultIPv4", options.Address, "-defaultIPv6", "", "-dns01", $"127.0.0.1:{ports[2]}", "-http01", "", "-https01", "",
                    "-tlsalpn01", "", "-management", $"127.0.0.1:{ports[3]}",
                ],
                folder.Path);
            await dns.ListeningAsync(() => FreePort.AnswersAsync(ports[3]));
            var pebble = PeerProcess.Start(
                "pebble", PeerPrograms.Find("pebble", "pebble"), ["-config", file, "-dnsserver", $"127.0.0.1:{ports[2]}"], folder.Path,
                options.Environment);
            try
            {
                await pebble.ListeningAsync(() => FreePort.AnswersAsync(ports[0]));
            }
            catch
            {
                await dns.DisposeAsync();
                throw;
            }
            return new Pebble(pebble, dns, authority, ports);
        });

    /// <summary>Gives every name another address.</summary>
    public async Task PointToAsync(string address)
    {
        using var answer = await _management.PostAsJsonAsync(
            $"http://127.0.0.1:{_dnsManagementPort}/set-default-ipv4", new { ip = address }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>The authority's own certificate, which is another one after each start.</summary>
    public async Task<X509Certificate2> RootAsync() => X509Certificate2.CreateFromPem(
        await _management.GetStringAsync($"https://127.0.0.1:{_managementPort}/roots/0", TestContext.Current.CancellationToken));

    public async ValueTask DisposeAsync()
    {
        _management.Dispose();
        await _pebble.DisposeAsync();
        await _dns.DisposeAsync();
    }

    private static string Configuration(TestCertificate certificate, int[] ports, PebbleOptions options) => $$"""
        { "pebble": {
          "listenAddress": "127.0.0.1:{{ports[0]}}", "managementListenAddress": "127.0.0.1:{{ports[1]}}",
          "certificate": "{{certificate.CertificateFile}}", "privateKey": "{{certificate.KeyFile}}",
          "httpPort": {{options.HttpPort}}, "tlsPort": {{options.TlsPort}}, "ocspResponderURL": "",
          "certificateValidityPeriod": {{options.LifetimeSeconds}},
          "externalAccountBindingRequired": {{(options.Hmac is null ? "false" : "true")}},
          "externalAccountMACKeys": { {{(options.Hmac is null ? "" : $"\"kid-1\": \"{options.Hmac}\"")}} }
        } }
        """;
}
