using System.Text;

namespace InboundBridge.MailFlow.Delivery.Webhook.Requests;

/// <summary>The pool of connections to receivers, one for all destinations. Every limit on what an answer may cost us is here or in <see cref="WebhookAnswer"/>.</summary>
public sealed class WebhookConnections : IDisposable
{
    /// <summary>Kilobytes of an answer's header block.</summary>
    private const int AnswerHeaderKilobytes = 32;

    private readonly HttpMessageInvoker _invoker;

    public WebhookConnections()
        : this(CreateHandler())
    {
    }

    /// <param name="handler">Owned from now on.</param>
    internal WebhookConnections(HttpMessageHandler handler) => _invoker = new HttpMessageInvoker(handler);

    /// <summary>Returns when the header of the answer is there; the body is still to be read.</summary>
    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _invoker.SendAsync(request, cancellationToken);

    public void Dispose() => _invoker.Dispose();

    private static SocketsHttpHandler CreateHandler() => new()
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
        // Header values of the operator may hold more than ASCII (RFC 9110 §5.5 allows obs-text).
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
    };
}
