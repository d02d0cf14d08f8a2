using System.IO.Pipelines;
using InboundBridge.Smtp.Polling;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace InboundBridge.Hosting.Listening;

/// <summary>
/// The transport of a connection: reads through Kestrel, but writes straight to the socket. Kestrel closes both directions at once. Here
/// the end of the output only sends a FIN, so that a session can still read what a refused peer has sent, and the peer sees the reply
/// instead of a reset. A completed flush has reached the kernel.
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
