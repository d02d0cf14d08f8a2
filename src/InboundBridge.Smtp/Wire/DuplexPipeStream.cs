using System.Buffers;
using System.IO.Pipelines;
using InboundBridge.Smtp.Polling;

namespace InboundBridge.Smtp.Wire;

/// <summary>A pair of pipes as a stream, for <see cref="System.Net.Security.SslStream"/>. Owns neither pipe.</summary>
internal class DuplexPipeStream(PipeReader input, PipeWriter output) : Stream
{
    public override bool CanRead => true;

    /// <summary>A wait that the session's timer or the shutdown interrupts throws <see cref="OperationCanceledException"/>.</summary>
    protected virtual bool EndsWhenWoken => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>A read into an empty buffer waits until octets come, and takes none (zero-byte read).</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            // A handshake computes for about a millisecond and may look up what a certificate refers to.
            await PollingThread.Leave();
            var available = result.Buffer;
            if (available.IsEmpty)
            {
                input.AdvanceTo(available.Start, available.End);
                if (result.IsCompleted)
                    return 0;
                // The timer interrupts this wait and the reader above us alike.
                if (result.IsCanceled && EndsWhenWoken)
                    throw new OperationCanceledException();
                continue;
            }
            var count = (int)Math.Min(available.Length, buffer.Length);
            var taken = available.Slice(0, count);
            taken.CopyTo(buffer.Span);
            input.AdvanceTo(taken.End);
            return count;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var result = await output.WriteAsync(buffer, cancellationToken);
        if (result.IsCompleted)
            throw new IOException("the peer closed the connection");
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken) => await output.FlushAsync(cancellationToken);

    public override void Flush()
    {
        // Every write is flushed by itself; there is nothing behind.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
