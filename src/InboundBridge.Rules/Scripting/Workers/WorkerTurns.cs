namespace InboundBridge.Rules.Scripting.Workers;

/// <summary>
/// Decides which mail gets the next free worker. A mail that has used much worker time is queued as if it had come later, so that a mail
/// with many recipients or slow scripts does not delay others. The penalty is finite, so every mail gets its turn.
/// </summary>
internal sealed class WorkerTurns<T>(IEnumerable<T> all, TimeProvider clock)
{
    /// <summary>Seconds of penalty for each second of worker time used.</summary>
    private const int Weight = 4;

    private readonly Lock _gate = new();
    private readonly Stack<T> _free = new(all);
    private readonly PriorityQueue<TaskCompletionSource<T>, (long Turn, long Number)> _waiting = new();
    private long _number;

    public async ValueTask<T> TakeAsync(TimeSpan used, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource<T> turn;
        lock (_gate)
        {
            if (_free.TryPop(out var free))
                return free;
            turn = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn, (clock.GetElapsedTime(0).Ticks + Weight * used.Ticks, _number++));
        }
        await using var stop = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken));
        return await turn.Task;
    }

    public void Return(T item)
    {
        lock (_gate)
        {
            // A waiter that was cancelled is still in the queue.
            while (_waiting.TryDequeue(out var turn, out _))
            {
                if (turn.TrySetResult(item))
                    return;
            }
            _free.Push(item);
        }
    }
}
