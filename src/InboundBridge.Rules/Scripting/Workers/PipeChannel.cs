using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;

namespace InboundBridge.Rules.Scripting.Workers;

/// <summary>
/// A channel over two pipes of Linux. A usual script answers within a tenth of a millisecond, so the thread that asks waits for that
/// moment itself: it costs less than to hand the wait to .NET's polling thread, which wakes a thread of the pool. What takes longer is
/// waited for on a thread of the channel's own. After a long wait the next caller does not wait, so slow scripts hold up no other mail.
/// </summary>
internal sealed class PipeChannel : IWorkerChannel
{
    /// <summary>How long the caller's thread waits for an answer.</summary>
    private const int MomentMilliseconds = 1;

    private const int Forever = -1;

    private readonly PipeStream _requestStream;
    private readonly PipeStream _answerStream;
    private readonly SafePipeHandle _requests;
    private readonly SafePipeHandle _answers;
    private readonly FrameBuffer _answer = new(ScriptFrame.LongestAnswer);
    private readonly WaitingThread<ReadOnlyMemory<byte>?> _thread = new("script worker");
    private ReadOnlyMemory<byte> _unsent;
    private volatile bool _isSlow;

    private PipeChannel(PipeStream requests, PipeStream answers)
    {
        (_requestStream, _answerStream) = (requests, answers);
        (_requests, _answers) = (requests.SafePipeHandle, answers.SafePipeHandle);
    }

    /// <summary>Null on other systems than Linux. It owns the streams, which nothing else may read or write.</summary>
    public static PipeChannel? TryCreate(PipeStream requests, PipeStream answers)
    {
        if (!PipeCalls.IsKnown)
            return null;
        // These are our ends alone: the worker's ends still block.
        return PipeCalls.TryUnblock(requests.SafePipeHandle) && PipeCalls.TryUnblock(answers.SafePipeHandle)
            ? new PipeChannel(requests, answers) : null;
    }

    /// <summary>The last answer took longer than a moment.</summary>
    internal bool IsSlow => _isSlow;

    public ValueTask<ReadOnlyMemory<byte>?> ExchangeAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _unsent = frame;
        _answer.Clear();
        if (TrySend() && PipeCalls.Wait(_answers, PipeCalls.Readable, _isSlow ? 0 : MomentMilliseconds))
        {
            var isComplete = TryReceive(out var isEnded);
            if (isComplete || isEnded)
                return ValueTask.FromResult(isEnded ? default(ReadOnlyMemory<byte>?) : _answer.Body);
        }
        return new ValueTask<ReadOnlyMemory<byte>?>(_thread.RunAsync(WaitForAnswer));
    }

    public void Dispose()
    {
        _thread.Dispose();
        _requestStream.Dispose();
        _answerStream.Dispose();
    }

    private ReadOnlyMemory<byte>? WaitForAnswer()
    {
        while (!TrySend())
            PipeCalls.Wait(_requests, PipeCalls.Writable, Forever);
        // A caller who waited in vain has shown that the worker is slow. After a slow answer no caller waits, so this thread finds out
        // whether the worker is quick again.
        _isSlow = !(_isSlow && PipeCalls.Wait(_answers, PipeCalls.Readable, MomentMilliseconds));
        while (true)
        {
            if (TryReceive(out var isEnded))
                return _answer.Body;
            if (isEnded)
                return null;
            PipeCalls.Wait(_answers, PipeCalls.Readable, Forever);
        }
    }

    /// <summary>True when everything is sent; false when the pipe is full.</summary>
    private bool TrySend()
    {
        while (!_unsent.IsEmpty)
        {
            if (PipeCalls.Write(_requests, _unsent.Span) is not { } count)
                return false;
            _unsent = _unsent[count..];
        }
        return true;
    }

    /// <summary>True when the answer is complete; otherwise the pipe is empty, for now or because the worker is gone.</summary>
    private bool TryReceive(out bool isEnded)
    {
        isEnded = false;
        while (PipeCalls.Read(_answers, _answer.Room.Span) is { } count)
        {
            isEnded = count == 0;
            if (isEnded)
                return false;
            if (_answer.Add(count))
                return true;
        }
        return false;
    }
}
