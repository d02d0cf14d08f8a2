using System.Net.Sockets;

namespace InboundBridge.Benchmarks.Wire;

/// <summary>One peer of an <see cref="EventLoop"/>. Everything here runs on the loop's thread.</summary>
internal abstract class LoopConnection(Socket socket)
{
    private ReadOnlyMemory<byte> _unsent;

    public Socket Socket { get; } = socket;

    public EventLoop? Loop { get; set; }

    /// <summary>The loop closes it after the present call.</summary>
    public bool Ended { get; protected set; }

    /// <summary>The peer has connected.</summary>
    public virtual void Begin()
    {
        // Most protocols let the client speak first.
    }

    /// <param name="input">Of any length; overwritten after the call.</param>
    public abstract void Take(ReadOnlySpan<byte> input);

    public virtual void PeerClosed(SocketError error) => Ended = true;

    public void WriteRest()
    {
        var rest = _unsent;
        _unsent = default;
        Loop!.WantToWrite(this, false);
        Write(rest);
    }

    /// <param name="output">Must not change before it has been sent.</param>
    protected void Write(ReadOnlyMemory<byte> output)
    {
        if (!_unsent.IsEmpty)
            throw new InvalidOperationException("the peer sends on without reading the answers");
        var sent = Socket.Send(output.Span, SocketFlags.None, out var error);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            PeerClosed(error);
        }
        else if (sent < output.Length)
        {
            _unsent = output[Math.Max(sent, 0)..];
            Loop!.WantToWrite(this, true);
        }
    }
}
