using System.Buffers.Text;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace InboundBridge.MailFlow.Delivery.Webhook.Transport;

/// <summary>
/// The transport of HttpClient for one HTTP/1.1 connection to a receiver. HttpClient reads an answer only after it has written the whole
/// request, and a broken pipe ends the request. But receivers refuse large bodies early and close the connection (413, 401), and RFC 9112
/// §9.5 tells clients to watch for that. So a failed write is no failure here: the rest of the request is dropped, and HttpClient goes on
/// to read the answer. Heads of answers pass through <see cref="AnswerHead"/>.
/// <para>A small request with a plain answer takes the fast path: one write, one read, and no copy.</para>
/// </summary>
/// <param name="inner">The connection without TLS, or the stream inside of TLS.</param>
/// <param name="socket">
/// The socket below; null when it isn't known (a tunnel through a proxy). Without it a blocked write lasts until the attempt times out.
/// </param>
internal sealed class ReceiverStream(Stream inner, Socket? socket, TimeProvider clock) : Stream
{
    /// <summary>Octets of one write. Between two writes we look for an early answer.</summary>
    private const int Piece = 64 * 1024;

    /// <summary>
    /// How long a receiver that has answered 2xx early may stop reading the body. Until then the
    /// body is sent, because the receiver may still want it.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();

    /// <summary>Octets of the request that have not been written yet.</summary>
    private long _left;

    /// <summary>A write is pending.</summary>
    private bool _isWriting;

    /// <summary>Nothing more is sent on this connection.</summary>
    private bool _isStopped;
    private IOException? _writeFault;

    private bool _expectsHead;
    private bool _isReading;

    /// <summary>The receiver has answered on this connection before.</summary>
    private bool _isUsed;

    /// <summary>The status of an answer that came before the request was completely written; 0: none.</summary>
    private int _earlyStatus;
    private TaskCompletionSource<int>? _early;
    private Task? _ahead;

    /// <summary>Octets that HttpClient gets before the next read.</summary>
    private ReadOnlyMemory<byte> _held;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return ValueTask.CompletedTask;
        Begin(buffer.Span);
        return buffer.Length > Piece ? WritePiecesAsync(buffer, cancellationToken) : WriteOneAsync(buffer, cancellationToken);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ahead is not null)
            return ReadHeldAsync(buffer, cancellationToken);
        return _held.IsEmpty ? ReadNewAsync(buffer, cancellationToken) : ValueTask.FromResult(TakeHeld(buffer));
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        _isStopped ? Task.CompletedTask : inner.FlushAsync(cancellationToken);

    public override void Flush()
    {
        if (!_isStopped)
            inner.Flush();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Learns the length of a request from its first octets.</summary>
    private void Begin(ReadOnlySpan<byte> octets)
    {
        if (_left > 0)
            return;
        // HttpClient would wait for an answer to a request that was never sent.
        if (_isStopped)
            throw new StaleConnectionException();
        _left = LengthOf(octets);
        lock (_gate)
        {
            _expectsHead = true;
            _earlyStatus = 0;
            _early = null;
        }
    }

    /// <summary>HttpClient writes the whole head at once and spells the name as here.</summary>
    private static long LengthOf(ReadOnlySpan<byte> octets)
    {
        var end = octets.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return octets.Length;
        var name = "\r\nContent-Length: "u8;
        var at = octets[..end].LastIndexOf(name);
        return end + 4 + (at >= 0 && Utf8Parser.TryParse(octets[(at + name.Length)..end], out long length, out _) ? length : 0);
    }

    private async ValueTask WritePiecesAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        for (var rest = buffer; !rest.IsEmpty; rest = rest[Math.Min(Piece, rest.Length)..])
            await WriteOneAsync(rest[..Math.Min(Piece, rest.Length)], cancellationToken);
    }

    private ValueTask WriteOneAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        _left = Math.Max(0, _left - piece.Length);
        if (_earlyStatus >= 300)
            Stop();
        if (_isStopped)
            return ValueTask.CompletedTask;
        var write = inner.WriteAsync(piece, cancellationToken);
        if (!write.IsCompletedSuccessfully)
            return WatchAsync(write);
        write.GetAwaiter().GetResult();
        return ValueTask.CompletedTask;
    }

    /// <summary>The receiver reads slowly, or has closed the connection.</summary>
    private async ValueTask WatchAsync(ValueTask write)
    {
        var sending = write.AsTask();
        try
        {
            if (!sending.IsCompleted && await Task.WhenAny(sending, EarlyAnswerAsync()) != sending)
                await FinishAsync(sending);
            await sending;
        }
        catch (IOException fault)
        {
            (_isStopped, _writeFault) = (true, fault);
        }
        finally
        {
            lock (_gate)
                _isWriting = false;
        }
    }

    /// <summary>An answer has arrived, or none can arrive any more.</summary>
    private async Task FinishAsync(Task sending)
    {
        if (_earlyStatus is > 0 and < 300)
            await Task.WhenAny(sending, Task.Delay(Grace, clock));
        // The write must end before the caller returns its buffer, since the kernel may still read from it.
        if (_earlyStatus > 0 && !sending.IsCompleted)
            Stop();
    }

    private void Stop()
    {
        _isStopped = true;
        try
        {
            socket?.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Then no write is pending either.
        }
    }

    /// <summary>Completes when the final head arrives while the request is being written, or when none can arrive.</summary>
    private Task<int> EarlyAnswerAsync()
    {
        lock (_gate)
        {
            _isWriting = true;
            if (_earlyStatus > 0)
                return Task.FromResult(_earlyStatus);
            _early ??= new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_expectsHead && !_isReading && _ahead is null)
                _ahead = Observed(ReadHeadAsync(new AnswerHead()));
            return _early.Task;
        }
    }

    /// <summary>Observes the exception of a task that nobody awaits once the attempt has timed out.</summary>
    private static Task Observed(Task task)
    {
        _ = task.ContinueWith(
            static ended => _ = ended.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return task;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadNewAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _isReading = true;
        int count;
        try
        {
            count = await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException fault) when (_expectsHead)
        {
            throw Ended(fault) ?? fault;
        }
        finally
        {
            _isReading = false;
        }
        if (buffer.IsEmpty || !_expectsHead)
            return count;
        if (count == 0)
            return Ended(null) is { } fault ? throw fault : 0;
        if (AnswerHead.IsPlain(buffer.Span[..count]) && TryPass())
            return count;
        var head = new AnswerHead();
        head.Add(buffer.Span[..count]);
        await ReadHeadAsync(head);
        return TakeHeld(buffer);
    }

    /// <summary>False when the answer came early: the connection has to be closed after it.</summary>
    private bool TryPass()
    {
        lock (_gate)
        {
            if (_left > 0 || _isWriting)
                return false;
            (_expectsHead, _isUsed) = (false, true);
            return true;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadHeldAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await _ahead!;
        _ahead = null;
        return _held.IsEmpty ? await ReadNewAsync(buffer, cancellationToken) : TakeHeld(buffer);
    }

    private int TakeHeld(Memory<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _held.Length);
        _held.Span[..count].CopyTo(buffer.Span);
        _held = _held[count..];
        return count;
    }

    /// <summary>Reads until the final head is complete, and keeps the octets for HttpClient.</summary>
    /// <exception cref="IOException">The connection broke before a status arrived.</exception>
    private async Task ReadHeadAsync(AnswerHead head)
    {
        IOException? fault = null;
        while (!head.IsComplete)
        {
            var count = 0;
            try
            {
                count = await inner.ReadAsync(head.Room());
            }
            catch (IOException broken)
            {
                fault = broken;
            }
            if (count > 0)
                head.Advance(count);
            else
                head.End();
        }
        lock (_gate)
        {
            if (_left > 0 || _isWriting)
                _earlyStatus = head.Status;
            _held = head.Write(close: _earlyStatus > 0 || _isStopped);
            _early?.TrySetResult(head.Status);
            if (!_held.IsEmpty)
                (_expectsHead, _isUsed) = (false, true);
        }
        if (_held.IsEmpty && Ended(fault) is { } why)
            throw why;
    }

    /// <summary>The exception for a connection that ended without an answer; null: report an ordinary end of the stream.</summary>
    private IOException? Ended(IOException? fault)
    {
        lock (_gate)
            _early?.TrySetResult(0);
        var why = _writeFault ?? fault;
        return _isUsed ? new StaleConnectionException(why) : why;
    }
}
