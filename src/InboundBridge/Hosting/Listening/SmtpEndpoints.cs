using System.Net;
using System.Net.Sockets;
using InboundBridge.Configuration.Options;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace InboundBridge.Hosting.Listening;

/// <summary>
/// Binds the configured listeners to Kestrel and reports the actual addresses once it runs (the system chooses a port for port 0).
/// </summary>
internal sealed class SmtpEndpoints
{
    private readonly List<(ListenerOptions Listener, ListenOptions Bound)> _bound = [];

    public IEnumerable<BoundEndpoint> Bound => _bound.Select(pair => BoundEndpoint.Of("smtp", pair.Listener.Name, pair.Bound));

    public void Add(KestrelServerOptions kestrel, IReadOnlyList<ListenerOptions> listeners, SmtpConnections connections)
    {
        foreach (var listener in listeners)
        {
            ListenOn(kestrel, listener.Address, endpoint =>
            {
                var session = connections.SessionOf(listener);
                endpoint.Run(connection => connections.ServeAsync(connection, session));
                _bound.Add((listener, endpoint));
            });
        }
    }

    public static void ListenOn(KestrelServerOptions kestrel, EndPoint address, Action<ListenOptions> configure)
    {
        switch (address)
        {
            case IPEndPoint ip:
                kestrel.Listen(ip, configure);
                break;
            case UnixDomainSocketEndPoint socket:
                RemoveStale(socket);
                kestrel.ListenUnixSocket(socket.ToString()!, configure);
                break;
            case DnsEndPoint { Port: 0 }:
                kestrel.Listen(IPAddress.Loopback, 0, configure);
                break;
            case DnsEndPoint name:
                kestrel.ListenLocalhost(name.Port, configure);
                break;
            default:
                throw new ArgumentException($"can't listen on an address of this kind: {address}", nameof(address));
        }
    }

    /// <summary>Removes a socket file on which no process listens: it is left over from a process that was killed.</summary>
    private static void RemoveStale(UnixDomainSocketEndPoint address)
    {
        var path = address.ToString()!;
        if (!File.Exists(path))
            return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(address);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
        }
    }
}

/// <param name="Kind"><c>smtp</c> or <c>http</c>.</param>
/// <param name="Address"><c>127.0.0.1:2525</c>, <c>[::1]:25</c> or <c>unix:/path</c>.</param>
internal sealed record BoundEndpoint(string Kind, string Name, string Address)
{
    public static BoundEndpoint Of(string kind, string name, ListenOptions bound) =>
        new(kind, name, bound.SocketPath is { } path ? $"unix:{path}" : bound.IPEndPoint?.ToString() ?? bound.ToString()!);
}
