using System.Net;
using System.Net.Sockets;
using System.Text;

namespace InboundBridge.UnitTests.Benchmarks.Wire;

/// <summary>Two ends of one connection over loopback: what a connection of the harness answers at one end comes out at the other.</summary>
internal sealed class ConnectedSockets : IDisposable
{
    private readonly Socket _far = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ConnectedSockets()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        _far.Connect(listener.LocalEndPoint!);
        Near = listener.Accept();
        Near.NoDelay = true;
    }

    public Socket Near { get; }

    /// <summary>Reads a number of characters that the near end has sent.</summary>
    public string Hear(int length)
    {
        var buffer = new byte[length];
        for (var read = 0; read < length;)
        {
            var count = _far.Receive(buffer.AsSpan(read));
            read += count > 0 ? count : throw new InvalidOperationException($"the connection ended after {read} of {length} octets");
        }
        return Encoding.ASCII.GetString(buffer);
    }

    public bool HasMore => _far.Available > 0;

    public void Dispose()
    {
        Near.Dispose();
        _far.Dispose();
    }
}
