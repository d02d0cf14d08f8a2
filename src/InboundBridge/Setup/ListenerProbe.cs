using System.Net;
using System.Net.Sockets;

namespace InboundBridge.Setup;

/// <summary>Tests whether an address can be listened on, and leaves no trace.</summary>
internal static class ListenerProbe
{
    /// <returns>Null when it can.</returns>
    public static ListenerObstacle? Try(EndPoint address) => address switch
    {
        IPEndPoint { Port: 0 } or DnsEndPoint { Port: 0 } => null,
        IPEndPoint ip => Bind(ip, ip),
        DnsEndPoint name =>
            Bind(new IPEndPoint(IPAddress.Loopback, name.Port), name)
            ?? BindIfThere(new IPEndPoint(IPAddress.IPv6Loopback, name.Port), name),
        UnixDomainSocketEndPoint socket => TryFile(socket),
        _ => null,
    };

    private static ListenerObstacle? Bind(IPEndPoint ip, EndPoint written)
    {
        try
        {
            using var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            // As the server does: [::] takes the IPv4 port too.
            if (ip.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            socket.Bind(ip);
            socket.Listen();
            return null;
        }
        catch (SocketException fault)
        {
            return new ListenerObstacle(written, fault.SocketErrorCode, fault.Message);
        }
    }

    /// <summary>localhost means both loopback addresses, but a machine without IPv6 has only one.</summary>
    private static ListenerObstacle? BindIfThere(IPEndPoint ip, EndPoint written) =>
        Bind(ip, written) is { Cause: SocketError.AddressAlreadyInUse or SocketError.AccessDenied } obstacle ? obstacle : null;

    private static ListenerObstacle? TryFile(UnixDomainSocketEndPoint address)
    {
        var path = address.ToString()!;
        var folder = Path.GetDirectoryName(path);
        if (folder is { Length: > 0 } && !Directory.Exists(folder))
            return new ListenerObstacle(address, SocketError.AddressNotAvailable, $"there is no directory {folder}");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (!Path.Exists(path))
            {
                socket.Bind(address);
                File.Delete(path);
                return null;
            }
            socket.Connect(address);
            return new ListenerObstacle(address, SocketError.AddressAlreadyInUse, "another program answers on it");
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.ConnectionRefused)
        {
            // Left behind by a process that was killed, or a file that is not a socket.
            return IsSocket(path)
                ? null : new ListenerObstacle(address, SocketError.AddressNotAvailable, "the file exists and is not a socket");
        }
        catch (Exception fault) when (fault is SocketException or IOException or UnauthorizedAccessException)
        {
            return new ListenerObstacle(address, (fault as SocketException)?.SocketErrorCode ?? SocketError.AccessDenied, fault.Message);
        }
    }

    /// <summary>.NET can't tell sockets from other files, so an empty file that is not a directory counts as a socket.</summary>
    private static bool IsSocket(string path) =>
        !File.GetAttributes(path).HasFlag(FileAttributes.Directory) && new FileInfo(path) is { Length: 0 };
}
