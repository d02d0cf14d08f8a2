using System.Net;
using System.Net.Sockets;

namespace InboundBridge.Commands.Remote;

/// <summary>HTTP to where an appliance listens, unix sockets included.</summary>
internal static class ApplianceConnection
{
    public static SocketsHttpHandler To(EndPoint server) => new()
    {
        // The way to one's own appliance is never through a proxy of the environment.
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

    /// <summary>"All addresses" is a place to listen, not to connect to.</summary>
    public static EndPoint Reachable(EndPoint listens) => listens switch
    {
        IPEndPoint ip when ip.Address.Equals(IPAddress.Any) => new IPEndPoint(IPAddress.Loopback, ip.Port),
        IPEndPoint ip when ip.Address.Equals(IPAddress.IPv6Any) => new IPEndPoint(IPAddress.IPv6Loopback, ip.Port),
        _ => listens,
    };
}
