using System.IO.Pipelines;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Wire;

namespace InboundBridge.Smtp.Server.Connection;

/// <summary>
/// One connection as lines in and replies out, with a single timer. Replies gather until no more input has come (RFC 2920).
/// </summary>
internal sealed class SmtpConversation
{
    /// <summary>Octets of replies that may gather before we send them although the client has sent more commands.</summary>
    private const int MostUnsent = 8 * 1024;

    private readonly LineReader _lines;
    private readonly TimeSpan _commandTimeout;
    private readonly CancellationToken _shutdown;
    private readonly CancellationTokenRegistration _onShutdown;
    private volatile bool _idle;
    private bool _stalled;

    public SmtpConversation(IDuplexPipe transport, TimeProvider time, SmtpLimits limits, CancellationToken shutdown)
    {
        Transport = new WireTransport(transport);
        Time = time;
        Timer = new WireTimer(time, Transport.CancelPending);
        _lines = new LineReader(limits.CommandLine);
        _commandTimeout = limits.CommandTimeout;
        _shutdown = shutdown;
        _onShutdown = shutdown.Register(static self => ((SmtpConversation)self!).WakeIdle(), this);
    }

    public WireTransport Transport { get; }

    public TimeProvider Time { get; }

    public WireTimer Timer { get; }

    /// <summary>The graceful stop, for a wait that is not a wait for a command.</summary>
    public CancellationToken Shutdown => _shutdown;

    public bool IsShuttingDown => _shutdown.IsCancellationRequested;

    /// <summary>The client has not read a reply for longer than the command timeout.</summary>
    public bool IsStalled => _stalled;

    public ReadOnlySpan<byte> Line => _lines.Line;

    /// <summary>The client has sent octets that we have not taken yet.</summary>
    public bool HasBufferedInput
    {
        get
        {
            if (!Transport.Input.TryRead(out var result))
                return false;
            Transport.Input.AdvanceTo(result.Buffer.Start);
            return !result.Buffer.IsEmpty;
        }
    }

    public void Write(SmtpReply reply) => ReplyWriter.Write(Transport.Output, reply);

    /// <summary>Sends the replies that have been written.</summary>
    /// <exception cref="SmtpConnectionLostException">The client is gone or does not read.</exception>
    public ValueTask FlushAsync(CancellationToken abort)
    {
        if (Transport.Output.CanGetUnflushedBytes && Transport.Output.UnflushedBytes == 0)
            return ValueTask.CompletedTask;
        var flush = Transport.Output.FlushAsync(abort);
        if (!flush.IsCompletedSuccessfully)
            return FlushedAsync(flush, abort);
        // The usual path: the socket takes a reply at once.
        var result = flush.Result;
        return result.IsCompleted || result.IsCanceled ? FlushedAsync(new ValueTask<FlushResult>(result), abort) : ValueTask.CompletedTask;
    }

    private async ValueTask FlushedAsync(ValueTask<FlushResult> flush, CancellationToken abort)
    {
        var waiting = false;
        while (true)
        {
            if (!flush.IsCompleted && !waiting)
            {
                waiting = true;
                Timer.Start(_commandTimeout);
            }
            var result = await flush;
            if (result.IsCompleted)
                throw new SmtpConnectionLostException("the peer closed the connection");
            if (!result.IsCanceled)
                return;
            if (waiting && Timer.Expired)
            {
                _stalled = true;
                throw new SmtpConnectionLostException("the peer does not read our replies");
            }
            flush = Transport.Output.FlushAsync(abort);
        }
    }

    /// <summary>
    /// Waits before the greeting and takes no octets. <see cref="WireLineStatus.Incomplete"/> means that the client kept silent, as it
    /// should; <see cref="WireLineStatus.Line"/> means that it has sent something.
    /// </summary>
    public async ValueTask<WireLineStatus> ListenAsync(TimeSpan time, CancellationToken abort)
    {
        if (HasBufferedInput)
            return WireLineStatus.Line;
        if (time <= TimeSpan.Zero)
            return WireLineStatus.Incomplete;
        _idle = true;
        Timer.Start(time);
        try
        {
            while (!_shutdown.IsCancellationRequested)
            {
                var result = await Transport.Input.ReadAsync(abort);
                Transport.Input.AdvanceTo(result.Buffer.Start);
                if (!result.Buffer.IsEmpty)
                    return WireLineStatus.Line;
                if (result.IsCompleted)
                    return WireLineStatus.End;
                if (Timer.Expired)
                    return WireLineStatus.Incomplete;
            }
            return WireLineStatus.ShuttingDown;
        }
        finally
        {
            _idle = false;
        }
    }

    /// <summary>Reads the next line into <see cref="Line"/>. Sends the gathered replies before it waits.</summary>
    public async ValueTask<WireLineStatus> ReadLineAsync(CancellationToken abort)
    {
        try
        {
            if (TakeLine() is { } buffered)
            {
                if (HasMuchUnsent)
                    await FlushAsync(abort);
                return buffered;
            }
            await FlushAsync(abort);
            BeginWait();
            while (true)
            {
                if (Accept(await WaitAsync(abort)) is { } status)
                    return status;
            }
        }
        finally
        {
            EndWait();
        }
    }

    /// <summary>
    /// The first step of <see cref="ReadLineAsync"/>, for the command loop, which takes the steps itself: one more state machine for each
    /// command would cost more than everything else here. Null when no line has come; then call <see cref="FlushAsync"/>,
    /// <see cref="BeginWait"/>, and <see cref="WaitAsync"/> with <see cref="Accept"/> until that returns a status.
    /// </summary>
    public WireLineStatus? TakeLine()
    {
        _idle = true;
        WireLineStatus? status = _shutdown.IsCancellationRequested ? WireLineStatus.ShuttingDown : null;
        if (status is null && Transport.Input.TryRead(out var result))
            status = Take(result);
        _idle = status is null;
        return status;
    }

    /// <summary>Starts the timer once for each line, so that a client that sends an octet now and then gains no time.</summary>
    public void BeginWait() => Timer.Start(_commandTimeout);

    public ValueTask<ReadResult> WaitAsync(CancellationToken abort) => Transport.Input.ReadAsync(abort);

    /// <summary>The status of the line after a wait; null when it is still incomplete.</summary>
    public WireLineStatus? Accept(in ReadResult result)
    {
        var status = Take(result);
        if (status is null && Timer.Expired)
            status = WireLineStatus.TimedOut;
        else if (status is null && _shutdown.IsCancellationRequested)
            status = WireLineStatus.ShuttingDown;
        _idle = status is null;
        return status;
    }

    /// <summary>The wait is over, so the shutdown need not interrupt it.</summary>
    public void EndWait() => _idle = false;

    /// <summary>So many replies have gathered that we send them although the client has sent more commands.</summary>
    public bool HasMuchUnsent => Transport.Output.CanGetUnflushedBytes && Transport.Output.UnflushedBytes > MostUnsent;

    private WireLineStatus? Take(in ReadResult result)
    {
        var buffer = result.Buffer;
        var status = _lines.Take(ref buffer);
        if (status == WireLineStatus.Incomplete)
        {
            Transport.Input.AdvanceTo(buffer.Start, buffer.End);
            return result.IsCompleted ? WireLineStatus.End : null;
        }
        Transport.Input.AdvanceTo(buffer.Start);
        return status;
    }

    /// <summary>The shutdown interrupts only the wait for a command, so that a message under way is finished.</summary>
    private void WakeIdle()
    {
        if (_idle)
            Transport.Input.CancelPendingRead();
    }

    /// <param name="linger">The client may still be sending and should get to read our last reply.</param>
    public async ValueTask CloseAsync(bool linger)
    {
        await _onShutdown.DisposeAsync();
        Timer.Stop();
        Timer.Dispose();
        await Transport.CloseAsync(Time, linger, _stalled);
        await Transport.DisposeAsync();
    }
}
