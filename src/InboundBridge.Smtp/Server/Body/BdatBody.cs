using System.Buffers;

namespace InboundBridge.Smtp.Server.Body;

/// <summary>
/// The message of a sequence of BDAT commands (RFC 3030). The session opens one chunk at a time. The reader runs beside the session: it
/// reads an open chunk off the connection, and then waits for the next chunk. So only one of the two uses the connection at any time.
/// </summary>
internal sealed class BdatBody(SmtpBodySource source, SmtpLimits limits) : WireBody(source, limits), IDisposable
{
    private readonly SemaphoreSlim _opened = new(0);
    private TaskCompletionSource _used = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _remaining;
    private bool _last;
    private bool _inChunk;
    private volatile bool _ended;
    private volatile bool _givenUp;

    public override bool Normalized => false;

    public override bool Ended => _ended;

    public override bool IsGivenUp => _givenUp;

    /// <summary>Completes when the reader has taken all of the open chunk.</summary>
    public Task ChunkUsed => _used.Task;

    /// <summary>Tells the reader that the octets of a chunk follow on the wire.</summary>
    public void OpenChunk(long size, bool last)
    {
        _used = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _remaining = size;
        _last = last;
        _opened.Release();
    }

    /// <summary>Tells the reader that no further chunk will come: its wait ends with <see cref="SmtpConnectionLostException"/>.</summary>
    public void GiveUp()
    {
        _givenUp = true;
        _opened.Release();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        ThrowIfEmpty(destination);
        while (true)
        {
            if (!_inChunk)
            {
                if (!_givenUp)
                    await _opened.WaitAsync(cancellationToken);
                if (_givenUp)
                    throw new SmtpConnectionLostException("the message was given up between its chunks");
                _inChunk = true;
            }
            if (_remaining == 0)
            {
                if (LeaveChunk())
                    return 0;
                continue;
            }
            var written = Take(await Source.ReadAsync(cancellationToken), destination.Span);
            if (Refusal is null)
                return written;
        }
    }

    public void Dispose() => _opened.Dispose();

    private int Take(in ReadOnlySequence<byte> buffer, Span<byte> destination)
    {
        var count = (int)Math.Min(Math.Min(buffer.Length, destination.Length), _remaining);
        buffer.Slice(0, count).CopyTo(destination);
        Source.AdvanceTo(buffer, count);
        _remaining -= count;
        Count(destination[..count]);
        return count;
    }

    /// <summary>True when the message is over. Then the chunk stays open, so that the end can be read again.</summary>
    private bool LeaveChunk()
    {
        var last = _last;
        _inChunk = last;
        _ended = last;
        _used.TrySetResult();
        return last;
    }
}
