namespace InboundBridge.Rules.Scripting.Workers;

/// <summary>
/// Who is next when workers are scarce. Whoever used much of them already waits longer, as if he had come that much later, so that a mail with many recipients
/// or slow scripts does not hold up the others; and since everybody's turn comes, nobody waits for ever.
/// </summary>
internal sealed class WorkerTurns<T>(IEnumerable<T> all, TimeProvider clock)
{
    /// <summary>How much later, for each second used.</summary>
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
            // One who was called off while he waited is still in line.
            while (_waiting.TryDequeue(out var turn, out _))
            {
                if (turn.TrySetResult(item))
                    return;
            }
            _free.Push(item);
        }
    }
}
