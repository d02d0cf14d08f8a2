using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.TransportSecurity.MtaSts;

/// <summary>
/// Fetches policies over HTTPS (RFC 8461 §3.3): from <c>mta-sts.DOMAIN</c>, whose certificate is checked, without redirects and caches, and
/// with limits on time and size.
/// </summary>
internal sealed class MtaStsHttps : IDisposable
{
    private readonly HttpClient _http;
    private readonly PolicyHttpsOptions _options;
    private readonly TimeProvider _clock;

    public MtaStsHttps(PolicyHttpsOptions options, IDnsResolver dns, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        _http = new PolicyHttps(options, dns).CreateClient();
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
}
