namespace InboundBridge.MailFlow.Parsing;

/// <summary>
/// Bounds the memory of all the bodies that are read at once. The workers are many, and a mail of a few hundred octets can take megabytes while it is read (packed
/// reports, winmail.dat); so such mails, and large ones, are read a few at a time, and the others wait their turn. Ordinary mail never comes here.
/// </summary>
public sealed class ReadingGate
{
    /// <summary>Four packed reports, or two texts of the largest size.</summary>
    private const long ProcessRoom = 64L * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<Waiter> _waiters = new();
    private readonly long _room;
    private long _left;

    /// <param name="room">Octets that may be in use at once.</param>
    public ReadingGate(long room) => _left = _room = room;

    /// <summary>The one of this process, whatever the number of destinations and configurations.</summary>
    public static ReadingGate Shared { get; } = new(ProcessRoom);

    /// <summary>In the order in which they asked.</summary>
    /// <param name="weight">Octets that reading may take, 0 for none; capped at all the room there is.</param>
    /// <returns>To be disposed of when what was read is written.</returns>
    public async ValueTask<Place> EnterAsync(long weight, CancellationToken cancellationToken)
    {
        weight = Math.Min(weight, _room);
        Waiter waiter;
        lock (_lock)
        {
            if (_waiters.Count == 0 && weight <= _left)
            {
                _left -= weight;
                return new Place(this, weight);
            }
            _waiters.Enqueue(waiter = new Waiter(weight));
        }
        await using (cancellationToken.UnsafeRegister(static (state, token) => ((Waiter)state!).Entered.TrySetCanceled(token), waiter))
            await waiter.Entered.Task;
        return new Place(this, weight);
    }

    private void Leave(long weight)
    {
        lock (_lock)
        {
            _left += weight;
            while (_waiters.TryPeek(out var next) && (next.Weight <= _left || next.Entered.Task.IsCompleted))
            {
                _waiters.Dequeue();
                // One that was cancelled takes no room.
                if (next.Entered.TrySetResult())
                    _left -= next.Weight;
            }
        }
    }

    /// <summary>Room that is in use until this is disposed of.</summary>
    public readonly struct Place(ReadingGate gate, long weight) : IDisposable
    {
        public void Dispose() => gate.Leave(weight);
    }

    private sealed record Waiter(long Weight)
    {
        // Whoever leaves must not compose the next one's body in its own call.
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
