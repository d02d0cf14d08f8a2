using System.IO.Pipelines;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Wire;

namespace InboundBridge.Smtp.Server.Connection;

/// <summary>One connection as lines in and replies out, with its one timer. Replies gather until the input runs dry (RFC 2920).</summary>
internal sealed class SmtpConversation
{
    /// <summary>Unsent replies that a pipelining client may pile up before they are sent regardless.</summary>
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

    /// <summary>The graceful stop, for waits in which there are no commands to refuse.</summary>
    public CancellationToken Shutdown => _shutdown;

    public bool IsShuttingDown => _shutdown.IsCancellationRequested;

    /// <summary>The peer let a reply wait for longer than it may.</summary>
    public bool IsStalled => _stalled;

    public ReadOnlySpan<byte> Line => _lines.Line;

    /// <summary>True when the peer has sent more than we have read.</summary>
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

    /// <exception cref="SmtpConnectionLostException">The peer is gone, or does not read.</exception>
    public ValueTask FlushAsync(CancellationToken abort)
    {
        if (Transport.Output.CanGetUnflushedBytes && Transport.Output.UnflushedBytes == 0)
            return ValueTask.CompletedTask;
        var flush = Transport.Output.FlushAsync(abort);
        if (!flush.IsCompletedSuccessfully)
            return FlushedAsync(flush, abort);
        // Nearly always: the peer takes a reply as it comes.
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
    /// Listens before the greeting, and takes nothing. <see cref="WireLineStatus.Incomplete"/>: the peer kept silent, as it should;
    /// <see cref="WireLineStatus.Line"/>: it talks already.
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

    /// <summary>The next line, into <see cref="Line"/>. Sends what was written as soon as there is none to be had at once.</summary>
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
                if (Arrive(await WaitAsync(abort)) is { } status)
                    return status;
            }
        }
        finally
        {
            EndWait();
        }
    }

    /// <summary>
    /// The steps of <see cref="ReadLineAsync"/>, for the session's loop, which a state machine a command would cost more than all else here. Null: there is
    /// no line yet; then <see cref="FlushAsync"/>, <see cref="BeginWait"/>, and <see cref="WaitAsync"/> with <see cref="Arrive"/> until it gives one.
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

    /// <summary>Set once a line: an octet now and then does not buy more time.</summary>
    public void BeginWait() => Timer.Start(_commandTimeout);

    public ValueTask<ReadResult> WaitAsync(CancellationToken abort) => Transport.Input.ReadAsync(abort);

    /// <summary>Null: not yet.</summary>
    public WireLineStatus? Arrive(in ReadResult result)
    {
        var status = Take(result);
        if (status is null && Timer.Expired)
            status = WireLineStatus.TimedOut;
        else if (status is null && _shutdown.IsCancellationRequested)
            status = WireLineStatus.ShuttingDown;
        _idle = status is null;
        return status;
    }

    /// <summary>Whatever broke the wait off: the shutdown has nobody to wake here.</summary>
    public void EndWait() => _idle = false;

    /// <summary>A pipelining client is sent its replies now and then, though it has more to say.</summary>
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

    /// <summary>Only a wait for a command is woken: a message under way is finished.</summary>
    private void WakeIdle()
    {
        if (_idle)
            Transport.Input.CancelPendingRead();
    }

    /// <param name="linger">The peer may still be sending, and is to hear our last reply.</param>
    public async ValueTask CloseAsync(bool linger)
    {
        await _onShutdown.DisposeAsync();
        Timer.Stop();
        Timer.Dispose();
        await Transport.CloseAsync(Time, linger, _stalled);
        await Transport.DisposeAsync();
    }
}
