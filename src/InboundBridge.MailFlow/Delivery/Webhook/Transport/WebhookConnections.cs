using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;

namespace InboundBridge.MailFlow.Delivery.Webhook.Transport;

/// <summary>The pools of connections to receivers, shared by all destinations. Every limit on what an answer may cost us is here or in <see cref="WebhookAnswer"/>.</summary>
public sealed class WebhookConnections : IDisposable
{
    /// <summary>Kilobytes of an answer's header block.</summary>
    internal const int AnswerHeaderKilobytes = 32;

    /// <summary>Sendings on connections that turn out to be closed. Each such connection is gone afterwards; a receiver that restarts may close several at once.</summary>
    private const int MostStale = 3;

    private static readonly HttpRequestOptionsKey<Socket> ConnectedSocket = new("inboundbridge.socket");

    // Connections of one kind never carry requests of another: a pool for each certificate, with the guard and without.
    private readonly Lazy<HttpMessageInvoker> _guarded;
    private readonly Lazy<HttpMessageInvoker> _open;
    private readonly CertificatePools _certified;

    /// <param name="plain">Told of each connection that carries HTTP without TLS, before anything is sent.</param>
    public WebhookConnections(TimeProvider clock, Action<Socket>? plain = null)
        : this((guarded, tls) => CreateHandler(guarded ? GuardedConnection.OfSystem : null, tls, clock, plain), clock)
    {
    }

    /// <param name="handler">Owned from now on; stands in for the network.</param>
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

    /// <summary>Returns when the header of the answer is there; the body is still to be read.</summary>
    /// <param name="guarded">The host comes from mail: private addresses are refused, and no proxy is used, which would connect in our stead.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool guarded, ReceiverTls tls, CancellationToken cancellationToken)
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
                // Left to the queue, this would count as a failure of a receiver that only closed an idle connection.
            }
        }
    }

    internal static SocketsHttpHandler CreateHandler(GuardedConnection? guard, ReceiverTls tls, TimeProvider clock, Action<Socket>? plain = null)
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

    /// <summary>What goes to a proxy before a tunnel stands is between the client and the proxy.</summary>
    private static Stream Filtered(SocketsHttpPlaintextStreamFilterContext context, TimeProvider clock)
    {
        if (context.InitialRequestMessage.Method == HttpMethod.Connect || context.NegotiatedHttpVersion.Major != 1)
            return context.PlaintextStream;
        var socket = context.PlaintextStream is NetworkStream plain ? plain.Socket
            : context.InitialRequestMessage.Options.TryGetValue(ConnectedSocket, out var below) ? below : null;
        return new ReceiverStream(context.PlaintextStream, socket, clock);
    }
}
