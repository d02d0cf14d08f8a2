using System.IO.Pipelines;
using InboundBridge.Smtp.Polling;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace InboundBridge.Hosting.Listening;

/// <summary>
/// A connection's octets: read through Kestrel, written straight to its socket. Kestrel ends both directions of a socket at once; here the end of the output
/// is the end of our side only (a FIN), so that a session can still hear out a peer that is being turned away. A flush that has completed is the kernel's.
/// </summary>
internal sealed class SocketTransport : IDuplexPipe
{
    private SocketTransport(PipeReader input, PipeWriter output)
    {
        Input = input;
        Output = output;
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public static IDuplexPipe Of(ConnectionContext connection)
    {
        if (connection.Features.Get<IConnectionSocketFeature>() is not { Socket: { Connected: true } socket })
            return connection.Transport;
        PollingThread.Enable(socket);
        return new SocketTransport(connection.Transport.Input, new SocketWriter(socket));
    }
}
