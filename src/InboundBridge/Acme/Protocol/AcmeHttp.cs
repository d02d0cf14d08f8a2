using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using InboundBridge.MailFlow.Delivery.Webhook.Transport;

namespace InboundBridge.Acme.Protocol;

/// <summary>Sends requests to the authority. It follows no redirect, and reads no answer beyond <see cref="AcmeLimits"/>.</summary>
internal sealed class AcmeHttp : IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly TimeProvider _clock;
    private readonly string _agent;

    /// <param name="agent">The product and its version; RFC 8555 §6.1 demands a User-Agent.</param>
    public AcmeHttp(HttpMessageHandler handler, string agent, AcmeLimits limits, TimeProvider clock)
    {
        (_http, _agent, Limits, _clock) = (new HttpMessageInvoker(handler), agent, limits, clock);
    }

    public AcmeLimits Limits { get; }

    /// <summary>Over the network.</summary>
    /// <param name="trusted">Authorities that may vouch for the directory's server beside the system's; null: none.</param>
    public static SocketsHttpHandler Network(TrustedCertificates? trusted, AcmeLimits limits)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = limits.ConnectTime,
            MaxResponseHeadersLength = limits.HeaderKilobytes,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        };
        if (trusted is not null)
            handler.SslOptions.RemoteCertificateValidationCallback =
                (_, certificate, chain, errors) => trusted.Accepts(certificate, chain, errors);
        return handler;
    }

    /// <param name="signed">A JWS to POST; null: GET or HEAD.</param>
    /// <exception cref="AcmeException">There is no answer, or one beyond the limits.</exception>
    public async Task<AcmeReply> SendAsync(HttpMethod method, Uri url, string? signed, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Limits.RequestTime, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            using var request = new HttpRequestMessage(method, url);
            request.Headers.TryAddWithoutValidation("User-Agent", _agent);
            if (signed is not null)
            {
                request.Content = new StringContent(signed);
                // RFC 8555 §6.2: without a charset.
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/jose+json");
            }
            using var answer = await _http.SendAsync(request, either.Token);
            return await ReadAsync(url, answer, either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new AcmeException($"{AcmeText.Shown(url)} did not answer within {Limits.RequestTime.TotalSeconds:0} s", Reach(url));
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException)
        {
            throw Unreachable(url, fault);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<AcmeReply> ReadAsync(Uri url, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var status = (int)answer.StatusCode;
        if (status is >= 300 and < 400)
            throw new AcmeException(
                $"{AcmeText.Shown(url)} redirects to {AcmeText.Shown(answer.Headers.Location?.ToString() ?? "nowhere")}, "
                + "and a directory may not",
                "write the URL that it leads to in tls.acme.directory, if that is the authority");
        var location = answer.Headers.Location is { } given && Uri.TryCreate(url, given, out var absolute)
            && absolute.Scheme == Uri.UriSchemeHttps ? absolute : null;
        return new AcmeReply(url, status, await BodyAsync(url, answer.Content, cancellationToken))
        {
            MediaType = answer.Content.Headers.ContentType?.MediaType ?? string.Empty,
            Nonce = answer.Headers.TryGetValues("Replay-Nonce", out var nonces) ? nonces.FirstOrDefault(AcmeSession.IsNonce) : null,
            Location = location,
            RetryAfter = RetryAfter(answer.Headers.RetryAfter),
        };
    }

    private async Task<byte[]> BodyAsync(Uri url, HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[8192];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            if (body.Length + read > Limits.Answer)
                throw new AcmeException($"{AcmeText.Shown(url)} answers with more than {Limits.Answer / 1024} KB", AcmeText.NotAnAuthority);
            body.Write(buffer, 0, read);
        }
        return body.ToArray();
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? value) => value switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - _clock.GetUtcNow(),
        _ => null,
    };

    private static AcmeException Unreachable(Uri url, Exception fault)
    {
        var innermost = fault.GetBaseException();
        // The system's own words about such a name are "Resource temporarily unavailable".
        if (fault is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError })
        {
            return new AcmeException(
                $"{AcmeText.Shown(url)} can't be reached: DNS: the name was not found", $"this server must be able to look up {url.Host}", fault);
        }
        var remedy = fault.InnerException is AuthenticationException || innermost is AuthenticationException
            ? "if the directory belongs to an authority of your own, name its certificate in tls.acme.trusted_certificates" : Reach(url);
        return new AcmeException($"{AcmeText.Shown(url)} can't be reached: {AcmeText.Shown(innermost.Message)}", remedy, fault);
    }

    private static string Reach(Uri url) => $"this server must be able to connect to {url.Host} on port {url.Port}";
}
