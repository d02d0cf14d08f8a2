using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.TransportSecurity.MtaSts;

/// <summary>
/// Fetches policies over HTTPS (RFC 8461 §3.3): from <c>mta-sts.DOMAIN</c>, whose certificate is checked, without redirects, proxies and
/// HTTP caches, and with limits on time and size. Names are looked up by our own resolver, and the addresses that were checked are the ones
/// that are connected to.
/// </summary>
internal sealed class MtaStsHttps : IDisposable
{
    private readonly HttpClient _http;
    private readonly MtaStsHttpsOptions _options;
    private readonly IDnsResolver _dns;
    private readonly TimeProvider _clock;

    public MtaStsHttps(MtaStsHttpsOptions options, IDnsResolver dns, TimeProvider clock)
    {
        (_options, _dns, _clock) = (options, dns, clock);
        _http = new HttpClient(Handler()) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public async ValueTask<MtaStsFetched> FetchAsync(string domain, CancellationToken cancellationToken)
    {
        var host = $"mta-sts.{domain}";
        // The name becomes part of a URL, where other characters would have a meaning.
        if (!MtaStsPolicyReader.IsHostPattern(host.ToLowerInvariant()))
            return new MtaStsFetched(null, TlsFailure.StsPolicyFetchError, $"{host} is no host name");
        using var deadline = new CancellationTokenSource(_options.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await AskAsync(new Uri($"https://{host}/.well-known/mta-sts.txt"), either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var seconds = _options.Timeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
            return new MtaStsFetched(null, TlsFailure.StsPolicyFetchError, $"{host} did not answer within {seconds} s");
        }
        // Disposed: the relay was replaced by a reload while its last mail was under way.
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException or ObjectDisposedException)
        {
            var isCertificate = fault.InnerException is AuthenticationException;
            return new MtaStsFetched(
                null, isCertificate ? TlsFailure.StsWebpkiInvalid : TlsFailure.StsPolicyFetchError,
                $"{host}: {fault.GetBaseException().Message}");
        }
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<MtaStsFetched> AskAsync(Uri address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
            return Failed($"{address.Host} answered {(int)response.StatusCode}");
        // RFC 8461 §3.2: the type shows that the server's owner wrote the file, and not somebody who may upload pictures there.
        if (response.Content.Headers.ContentType?.MediaType?.Equals("text/plain", StringComparison.OrdinalIgnoreCase) != true)
            return Failed($"the policy of {address.Host} is not text/plain");
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var octets = new byte[MtaStsPolicyReader.LargestPolicy + 1];
        var length = await body.ReadAtLeastAsync(octets, octets.Length, throwOnEndOfStream: false, cancellationToken);
        return MtaStsPolicyReader.TryRead(octets.AsSpan(0, length), out var policy, out var fault)
            ? new MtaStsFetched(policy)
            : new MtaStsFetched(null, TlsFailure.StsPolicyInvalid, fault);
    }

    private static MtaStsFetched Failed(string detail) => new(null, TlsFailure.StsPolicyFetchError, detail);

    private SocketsHttpHandler Handler()
    {
        // Fetches neither revocation lists nor missing intermediate certificates: a hostile certificate names their addresses.
        var chain = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (_options.TrustedRoots is { } roots)
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
            foreach (var address in (await _dns.LookUpAsync(host, type, cancellationToken)).Addresses)
            {
                if (!_options.MayConnect(address))
                {
                    last ??= new IOException("the policy's host has a private address (allow_private_addresses)");
                    continue;
                }
                try
                {
                    return await (_options.Dial ?? DialAsync)(new IPEndPoint(address, port), cancellationToken);
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
