using System.Net.Sockets;
using InboundBridge.Smtp.Polling;

namespace InboundBridge.Smtp.Client;

/// <summary>Connects to a server; tests use pipes instead.</summary>
/// <exception cref="IOException">Or <see cref="SocketException"/>: the server can't be reached.</exception>
public delegate ValueTask<Stream> SmtpDial(SmtpEndpoint server, CancellationToken cancellationToken);

/// <summary>Connects over the network or a unix socket.</summary>
public static class SmtpSockets
{
    public static async ValueTask<Stream> DialAsync(SmtpEndpoint server, CancellationToken cancellationToken)
    {
        var socket = server.UnixPath is null
            ? new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (server.UnixPath is { } path)
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            else
                await socket.ConnectAsync(server.Host, server.Port, cancellationToken);
            PollingThread.Enable(socket);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
