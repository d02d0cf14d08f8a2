using System.Net;
using System.Net.Sockets;

namespace InboundBridge.Commands.Remote;

/// <summary>HTTP connections to an appliance's listener, over TCP or a unix socket.</summary>
internal static class ApplianceConnection
{
    public static SocketsHttpHandler To(EndPoint server) => new()
    {
        // The environment's HTTP proxy is for the internet, not for the operator's own appliance.
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectCallback = async (_, stop) =>
        {
            var socket = server is UnixDomainSocketEndPoint
                ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
                : new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(server, stop);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };

    /// <summary>The address to connect to: a server that listens on all addresses is reached on loopback.</summary>
    public static EndPoint Reachable(EndPoint listens) => listens switch
    {
        IPEndPoint ip when ip.Address.Equals(IPAddress.Any) => new IPEndPoint(IPAddress.Loopback, ip.Port),
        IPEndPoint ip when ip.Address.Equals(IPAddress.IPv6Any) => new IPEndPoint(IPAddress.IPv6Loopback, ip.Port),
        _ => listens,
    };
}
