using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace InboundBridge.MailFlow.Delivery.Webhook.Requests;

/// <summary>The pools of connections to receivers, shared by all destinations. Every limit on what an answer may cost us is here or in <see cref="WebhookAnswer"/>.</summary>
public sealed class WebhookConnections : IDisposable
{
    /// <summary>Kilobytes of an answer's header block.</summary>
    private const int AnswerHeaderKilobytes = 32;

    // Connections of one kind never carry requests of another: a pool for each certificate, with the guard and without.
    private readonly Lazy<HttpMessageInvoker> _guarded;
    private readonly Lazy<HttpMessageInvoker> _open;
    private readonly CertificatePools _certified;

    /// <param name="plain">Told of each connection that carries HTTP without TLS, before anything is sent.</param>
    public WebhookConnections(TimeProvider clock, Action<Socket>? plain = null)
        : this((guarded, certificate) => CreateHandler(guarded ? GuardedConnection.OfSystem : null, certificate, plain), clock)
    {
    }

    /// <param name="handler">Owned from now on; stands in for the network.</param>
    internal WebhookConnections(HttpMessageHandler handler)
        : this((_, _) => handler, TimeProvider.System)
    {
    }

    internal WebhookConnections(Func<bool, X509Certificate2?, HttpMessageHandler> createHandler, TimeProvider clock)
    {
        _guarded = new Lazy<HttpMessageInvoker>(() => new HttpMessageInvoker(createHandler(true, null)));
        _open = new Lazy<HttpMessageInvoker>(() => new HttpMessageInvoker(createHandler(false, null)));
        _certified = new CertificatePools(createHandler, clock);
    }

    public void Dispose()
    {
        _certified.Dispose();
        foreach (var pool in new[] { _guarded, _open })
        {
            if (pool.IsValueCreated)
                pool.Value.Dispose();
        }
    }

    /// <summary>Returns when the header of the answer is there; the body is still to be read.</summary>
    /// <param name="guarded">The host comes from mail: private addresses are refused, and no proxy is used, which would connect in our stead.</param>
    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool guarded, X509Certificate2? certificate, CancellationToken cancellationToken)
    {
        var pool = certificate is not null ? _certified.For(guarded, certificate) : (guarded ? _guarded : _open).Value;
        return pool.SendAsync(request, cancellationToken);
    }

    internal static SocketsHttpHandler CreateHandler(GuardedConnection? guard, X509Certificate2? certificate, Action<Socket>? plain = null)
    {
        var handler = new SocketsHttpHandler
        {
            // Standard Webhooks: a redirect is a failure; following one would also send the mail where nobody configured it.
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = System.Net.DecompressionMethods.None,
            // A destination's concurrency is the queue's matter.
            MaxConnectionsPerServer = int.MaxValue,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
            // So that a change of DNS takes effect.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(15),
            MaxResponseHeadersLength = AnswerHeaderKilobytes,
            MaxResponseDrainSize = WebhookAnswer.BodyLimit,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            // Nobody here follows a trace into the receiver, and each request would look whether somebody does.
            ActivityHeadersPropagator = null,
            // Header values of the operator may hold more than ASCII (RFC 9110 §5.5 allows obs-text).
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        };
        handler.UseProxy = guard is null;
        handler.ConnectCallback = async (context, cancellationToken) =>
        {
            var stream = await (guard is null ? ReceiverSocket.ConnectAsync(context, cancellationToken) : guard.ConnectAsync(context, cancellationToken));
            if (stream is NetworkStream { Socket: { } socket } && ReceiverSocket.IsPlain(context.InitialRequestMessage))
                plain?.Invoke(socket);
            return stream;
        };
        if (certificate is not null)
            handler.SslOptions = new SslClientAuthenticationOptions { ClientCertificates = [certificate] };
        return handler;
    }
}
