using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;

namespace InboundBridge.MailFlow.Delivery.Webhook.Transport;

/// <summary>
/// The pools of connections to receivers, shared by all destinations. Every limit on the resources that an answer may take is here or in
/// <see cref="WebhookAnswer"/>.
/// </summary>
public sealed class WebhookConnections : IDisposable
{
    /// <summary>Kilobytes of an answer's header block.</summary>
    internal const int AnswerHeaderKilobytes = 32;

    /// <summary>
    /// How often a request is sent on connections that turn out to be closed. A receiver that restarts may close several at once.
    /// </summary>
    private const int MostStale = 3;

    private static readonly HttpRequestOptionsKey<Socket> ConnectedSocket = new("inboundbridge.socket");

    // A connection is never used for a request with another certificate, or with another
    // setting of the guard: each combination has its own pool.
    private readonly Lazy<HttpMessageInvoker> _guarded;
    private readonly Lazy<HttpMessageInvoker> _open;
    private readonly CertificatePools _certified;

    /// <param name="plain">Called for each connection that carries HTTP without TLS, before anything is sent.</param>
    public WebhookConnections(TimeProvider clock, Action<Socket>? plain = null)
        : this((guarded, tls) => CreateHandler(guarded ? GuardedConnection.OfSystem : null, tls, clock, plain), clock)
    {
    }

    /// <param name="handler">Replaces the network in tests. Disposed with this object.</param>
    internal WebhookConnections(HttpMessageHandler handler)
        : this((_, _) => handler, TimeProvider.System)
    {
    }

    internal WebhookConnections(Func<bool, ReceiverTls, HttpMessageHandler> createHandler, TimeProvider clock)
    {
        _guarded = new Lazy<HttpMessageInvoker>(() => new HttpMessageInvoker(createHandler(true, ReceiverTls.Usual)));
        _open = new Lazy<HttpMessageInvoker>(() => new HttpMessageInvoker(createHandler(false, ReceiverTls.Usual)));
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

    /// <summary>Returns when the header of the answer has arrived. The caller reads the body.</summary>
    /// <param name="guarded">
    /// The host comes from the mail: private addresses are refused, and no proxy is used, since a proxy would connect without the check.
    /// </param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, bool guarded, ReceiverTls tls, CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
        {
            var pool = tls.IsUsual ? (guarded ? _guarded : _open).Value : _certified.For(guarded, tls);
            try
            {
                return await pool.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException fault) when (tried < MostStale && WebhookFault.IsStale(fault))
            {
                // The queue would count this as a failure, although the receiver only closed an idle connection.
            }
        }
    }

    internal static SocketsHttpHandler CreateHandler(
        GuardedConnection? guard, ReceiverTls tls, TimeProvider clock, Action<Socket>? plain = null)
    {
        var handler = new SocketsHttpHandler
        {
            // Standard Webhooks: a redirect is a failure. Following it would send the mail to a place that nobody configured.
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = System.Net.DecompressionMethods.None,
            // The queue limits the concurrency of a destination.
            MaxConnectionsPerServer = int.MaxValue,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
            // A change in DNS takes effect after this time.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(15),
            MaxResponseHeadersLength = AnswerHeaderKilobytes,
            MaxResponseDrainSize = WebhookAnswer.BodyLimit,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            // We trace no request into the receiver, and the default propagator costs time in each request.
            ActivityHeadersPropagator = null,
            // Configured header values may contain more than ASCII (RFC 9110 §5.5 allows obs-text).
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        };
        handler.UseProxy = guard is null;
        handler.ConnectCallback = async (context, cancellationToken) =>
        {
            var stream = await (guard is null
                ? ReceiverSocket.ConnectAsync(context, cancellationToken)
                : guard.ConnectAsync(context, cancellationToken));
            if (stream is NetworkStream { Socket: { } socket })
                Connected(socket, context.InitialRequestMessage, plain);
            return stream;
        };
        handler.PlaintextStreamFilter = (context, _) => ValueTask.FromResult(Filtered(context, clock));
        if (!tls.IsUsual)
            handler.SslOptions = tls.ClientOptions();
        return handler;
    }

    private static void Connected(Socket socket, HttpRequestMessage first, Action<Socket>? plain)
    {
        if (ReceiverSocket.IsPlain(first))
            plain?.Invoke(socket);
        else
            first.Options.Set(ConnectedSocket, socket);
    }

    /// <summary>The request that opens a tunnel through a proxy is left to HttpClient.</summary>
    private static Stream Filtered(SocketsHttpPlaintextStreamFilterContext context, TimeProvider clock)
    {
        if (context.InitialRequestMessage.Method == HttpMethod.Connect || context.NegotiatedHttpVersion.Major != 1)
            return context.PlaintextStream;
        var socket = context.PlaintextStream is NetworkStream plain ? plain.Socket
            : context.InitialRequestMessage.Options.TryGetValue(ConnectedSocket, out var below) ? below : null;
        return new ReceiverStream(context.PlaintextStream, socket, clock);
    }
}
