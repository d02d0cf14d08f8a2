using System.Net;
using System.Net.Sockets;

namespace InboundBridge.MailFlow.Delivery.Webhook.Transport;

/// <summary>Opens the TCP connection to a receiver, or to the proxy before it.</summary>
internal static class ReceiverSocket
{
    /// <summary>Connects to the host of the URL, or to the proxy of the environment.</summary>
    public static ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
        OpenAsync(socket => socket.ConnectAsync(context.DnsEndPoint, cancellationToken));

    /// <summary>Connects to the first of the addresses that accepts.</summary>
    public static ValueTask<Stream> DialAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken) =>
        OpenAsync(socket => socket.ConnectAsync(addresses, port, cancellationToken));

    /// <summary>Whether the connection carries HTTP without TLS. After CONNECT there is TLS.</summary>
    public static bool IsPlain(HttpRequestMessage first) =>
        first.RequestUri?.Scheme == Uri.UriSchemeHttp && first.Method != HttpMethod.Connect;

    private static async ValueTask<Stream> OpenAsync(Func<Socket, ValueTask> connect)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await connect(socket);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
