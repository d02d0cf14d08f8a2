using System.Net.Sockets;

namespace InboundBridge.Benchmarks.Wire;

/// <summary>A connection of an <see cref="EventLoop"/>. All methods run on the loop's thread.</summary>
internal abstract class LoopConnection(Socket socket)
{
    private ReadOnlyMemory<byte> _unsent;

    public Socket Socket { get; } = socket;

    public EventLoop? Loop { get; set; }

    /// <summary>The loop closes the connection after the current call.</summary>
    public bool Ended { get; protected set; }

    /// <summary>Called when the connection is established.</summary>
    public virtual void Begin()
    {
        // In most protocols the client speaks first, so the default does nothing.
    }

    /// <param name="input">Any number of octets; the buffer is reused after the call.</param>
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
        else
        {
            Sent();
        }
    }

    /// <summary>Called when the kernel has taken everything that was written.</summary>
    protected virtual void Sent()
    {
        // A connection that only answers does not need this.
    }
}
