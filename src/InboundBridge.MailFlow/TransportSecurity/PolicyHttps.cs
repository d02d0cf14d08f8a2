using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.TransportSecurity;

/// <summary>
/// HTTPS to servers that other domains name: no redirects, no proxies, no private addresses. Names are looked up by our own resolver, and
/// the addresses that were checked are the ones that are connected to.
/// </summary>
internal sealed class PolicyHttps(PolicyHttpsOptions options, IDnsResolver dns)
{
    public HttpClient CreateClient() => new(Handler()) { Timeout = Timeout.InfiniteTimeSpan };

    private SocketsHttpHandler Handler()
    {
        // Fetches neither revocation lists nor missing intermediate certificates: a hostile certificate names their addresses.
        var chain = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (options.TrustedRoots is { } roots)
        {
            chain.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.CustomTrustStore.AddRange(roots);
        }
        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            MaxResponseHeadersLength = 16,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(1),
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = chain },
            ConnectCallback = ConnectAsync,
        };
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        Exception? last = null;
        foreach (var type in new[] { DnsRecordType.A, DnsRecordType.Aaaa })
        {
            foreach (var address in (await dns.LookUpAsync(host, type, cancellationToken)).Addresses)
            {
                if (!options.MayConnect(address))
                {
                    last ??= new IOException("the policy's host has a private address (allow_private_addresses)");
                    continue;
                }
                try
                {
                    return await (options.Dial ?? DialAsync)(new IPEndPoint(address, port), cancellationToken);
                }
                catch (Exception fault) when (fault is IOException or SocketException)
                {
                    last = fault;
                }
            }
        }
        throw last ?? new IOException($"{host} has no address");
    }

    private static async ValueTask<Stream> DialAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
