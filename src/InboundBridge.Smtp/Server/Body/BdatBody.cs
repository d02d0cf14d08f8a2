using System.Buffers;

namespace InboundBridge.Smtp.Server.Body;

/// <summary>
/// The message of a sequence of BDAT commands (RFC 3030). The session opens one chunk at a time; the reader, which runs beside the session,
/// reads it off the connection, and waits where the next one is still to come. Exactly one of the two touches the connection at a time.
/// </summary>
internal sealed class BdatBody(SmtpBodySource source, SmtpLimits limits) : WireBody(limits), IDisposable
{
    private readonly SemaphoreSlim _opened = new(0);
    private TaskCompletionSource _used = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _remaining;
    private bool _last;
    private bool _inChunk;
    private volatile bool _aborted;

    public override bool Normalized => false;

    /// <summary>Done when the reader took the whole of the open chunk.</summary>
    public Task ChunkUsed => _used.Task;

    /// <summary>The octets of a chunk follow on the wire.</summary>
    public void OpenChunk(long size, bool last)
    {
        _used = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _remaining = size;
        _last = last;
        _opened.Release();
    }

    /// <summary>No further chunk will come: the reader, which waits for one, gets <see cref="SmtpConnectionLostException"/>.</summary>
    public void Abort()
    {
        _aborted = true;
        _opened.Release();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        ThrowIfEmpty(destination);
        while (true)
        {
            if (!_inChunk)
            {
                await _opened.WaitAsync(cancellationToken);
                if (_aborted)
                    throw new SmtpConnectionLostException("the message was given up between its chunks");
                _inChunk = true;
            }
            if (_remaining == 0)
            {
                if (EndChunk())
                    return 0;
                continue;
            }
            var written = Take(await source.ReadAsync(cancellationToken), destination.Span);
            if (Refusal is null)
                return written;
        }
    }

    /// <summary>Throws away the rest of the open chunk, on behalf of a reader that has finished.</summary>
    public async ValueTask DrainChunkAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            while (_remaining > 0)
                Take(await source.ReadAsync(cancellationToken), buffer);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose() => _opened.Dispose();

    private int Take(in ReadOnlySequence<byte> buffer, Span<byte> destination)
    {
        var count = (int)Math.Min(Math.Min(buffer.Length, destination.Length), _remaining);
        buffer.Slice(0, count).CopyTo(destination);
        source.AdvanceTo(buffer, count);
        _remaining -= count;
        Count(destination[..count]);
        return count;
    }

    /// <summary>True when the message is over; the chunk stays open then, so that the end can be read again.</summary>
    private bool EndChunk()
    {
        var last = _last;
        _inChunk = last;
        _used.TrySetResult();
        return last;
    }
}
