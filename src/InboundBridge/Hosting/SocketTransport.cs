using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace InboundBridge.Hosting;

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

    public static IDuplexPipe Of(ConnectionContext connection) => connection.Features.Get<IConnectionSocketFeature>() is { Socket.Connected: true } feature
        ? new SocketTransport(connection.Transport.Input, WriterOf(feature.Socket))
        : connection.Transport;

    /// <summary>Owns the sending direction of the socket and not the socket.</summary>
    public static PipeWriter WriterOf(Socket socket) => PipeWriter.Create(new SendingSide(socket));

    private sealed class SendingSide(Socket socket) : NetworkStream(socket, FileAccess.Write, ownsSocket: false)
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                await base.WriteAsync(buffer, cancellationToken);
            }
            catch (ObjectDisposedException gone)
            {
                // Kestrel gave the connection up beneath us: for the session that is a connection lost like any other.
                throw new IOException("the connection was aborted", gone);
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                EndOfOutput();
            base.Dispose(disposing);
        }

        private void EndOfOutput()
        {
            try
            {
                Socket.Shutdown(SocketShutdown.Send);
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                // The peer was first.
            }
        }
    }
}
