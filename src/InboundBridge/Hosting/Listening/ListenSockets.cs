using System.Net;
using System.Net.Sockets;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Spool.Disk;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace InboundBridge.Hosting.Listening;

/// <summary>
/// Creates the sockets to listen on. A unix socket gets its file mode before anybody can connect: binding creates the file, private under
/// our umask; then the mode is set; only then the web server listens on it.
/// </summary>
internal sealed class ListenSockets(IReadOnlyList<ListenerOptions> listeners)
{
    public Socket Create(EndPoint address)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(address);
        if (OperatingSystem.IsWindows() || address is not UnixDomainSocketEndPoint file)
            return socket;
        try
        {
            var path = file.ToString()!;
            File.SetUnixFileMode(path, ModeOf(path) ?? PrivateFiles.FileMode);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private UnixFileMode? ModeOf(string path) =>
        listeners.FirstOrDefault(listener => listener.Address is UnixDomainSocketEndPoint socket && socket.ToString() == path)?.SocketMode;
}
