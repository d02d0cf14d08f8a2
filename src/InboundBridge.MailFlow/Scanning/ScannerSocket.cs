using System.Net;
using System.Net.Sockets;

namespace InboundBridge.MailFlow.Scanning;

/// <summary>Connections to scanners over TCP and unix sockets.</summary>
public static class ScannerSocket
{
    /// <param name="address">An IP address or a host name with its port, or the path of a unix socket.</param>
    public static ScannerConnect To(EndPoint address) => cancellationToken => ConnectAsync(address, cancellationToken);

    private static async ValueTask<Stream> ConnectAsync(EndPoint address, CancellationToken cancellationToken)
    {
        var socket = address switch
        {
            UnixDomainSocketEndPoint => new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified),
            IPEndPoint ip => new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true },
            _ => new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true },
        };
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
