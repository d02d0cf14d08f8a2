using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace InboundBridge.Hosting.Listening;

/// <summary>
/// Writes to a socket that another object owns. The kernel nearly always takes a reply at once; then a flush completes synchronously. A
/// cancelled flush leaves its octets on their way, and the next flush waits for them, so that none is sent twice.
/// </summary>
internal sealed class SocketWriter(Socket socket) : PipeWriter
{
    /// <summary>Octets. Enough for most replies, even for several to a pipelining client.</summary>
    private const int FirstSize = 1024;

    private readonly Lock _gate = new();
    private byte[]? _buffer;
    private int _filled;
    private Task<IOException?>? _sending;
    private int _underWay;
    private TaskCompletionSource? _waiting;
    private bool _isCancelled;
    private bool _isCompleted;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _filled + _underWay;

    public override Memory<byte> GetMemory(int sizeHint = 0) => Room(sizeHint).AsMemory(_filled);

    public override Span<byte> GetSpan(int sizeHint = 0) => Room(sizeHint).AsSpan(_filled);

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, (_buffer?.Length ?? 0) - _filled);
        _filled += bytes;
    }

    /// <returns>Completed once the kernel has the octets.</returns>
    /// <exception cref="IOException">The connection is gone.</exception>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_sending is null)
        {
            if (_filled == 0)
                return default;
            var send = SendAsync(_buffer!, _filled);
            (_underWay, _filled, _buffer) = (_filled, 0, null);
            if (!send.IsCompletedSuccessfully)
            {
                _sending = send.AsTask();
                return WaitAsync(_sending, cancellationToken);
            }
            _underWay = 0;
            return send.Result is { } lost ? ValueTask.FromException<FlushResult>(lost) : default;
        }
        return WaitAsync(_sending, cancellationToken);
    }

    public override void CancelPendingFlush()
    {
        lock (_gate)
        {
            _isCancelled = _waiting is null;
            _waiting?.TrySetResult();
            _waiting = null;
        }
    }

    /// <summary>Ends our side (a FIN). Unflushed octets are dropped.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (_isCompleted)
            return;
        _isCompleted = true;
        if (_buffer is not null)
            ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _filled) = (null, 0);
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The peer closed first.
        }
    }

    /// <param name="exception">Null: octets that were written are sent first.</param>
    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        try
        {
            if (exception is null)
                await FlushAsync(CancellationToken.None);
        }
        finally
        {
            Complete(exception);
        }
    }

    /// <summary>Keeps the buffer for as long as the kernel may read it.</summary>
    /// <returns>The error of a lost connection; null when the send succeeded.</returns>
    private async ValueTask<IOException?> SendAsync(byte[] buffer, int count)
    {
        try
        {
            await socket.SendAsync(buffer.AsMemory(0, count), SocketFlags.None, CancellationToken.None);
            return null;
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Disposed: Kestrel aborted the connection. For the session it is a lost connection like any other.
            return new IOException(gone is SocketException ? gone.Message : "the connection was aborted", gone);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<FlushResult> WaitAsync(Task<IOException?> sending, CancellationToken cancellationToken)
    {
        await Task.WhenAny(sending, CancellationAsync()).WaitAsync(cancellationToken);
        if (!sending.IsCompleted)
            return new FlushResult(isCanceled: true, isCompleted: false);
        lock (_gate)
            _waiting = null;
        (_sending, _underWay) = (null, 0);
        if (await sending is { } lost)
            throw lost;
        // Sends what was written in the meantime.
        return await FlushAsync(cancellationToken);
    }

    /// <summary>Completes when <see cref="CancelPendingFlush"/> is called, or at once if it was called before.</summary>
    private Task CancellationAsync()
    {
        lock (_gate)
        {
            if (_isCancelled)
            {
                _isCancelled = false;
                return Task.CompletedTask;
            }
            _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiting.Task;
        }
    }

    private byte[] Room(int sizeHint)
    {
        ObjectDisposedException.ThrowIf(_isCompleted, this);
        var needed = _filled + Math.Max(sizeHint, 1);
        if (_buffer is { } buffer && buffer.Length >= needed)
            return buffer;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, FirstSize));
        if (_buffer is { } full)
        {
            full.AsSpan(0, _filled).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(full);
        }
        return _buffer = larger;
    }
}
