namespace InboundBridge.MailFlow.Parsing;

/// <summary>
/// Bounds the memory of all bodies that are read at the same time. There are many workers, and a mail of a few hundred octets can take
/// megabytes while it is read (packed reports, winmail.dat). So these mails, and large ones, are read a few at a time while the others wait
/// their turn. Ordinary mail never waits here.
/// </summary>
public sealed class ReadingGate
{
    /// <summary>Room for four packed reports, or for two texts of the largest size.</summary>
    private const long ProcessRoom = 64L * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<Waiter> _waiters = new();
    private readonly long _room;
    private long _left;

    /// <param name="room">Most octets in use at the same time.</param>
    public ReadingGate(long room) => _left = _room = room;

    /// <summary>The gate of this process, shared by all destinations and configurations.</summary>
    public static ReadingGate Shared { get; } = new(ProcessRoom);

    /// <summary>Waits for room; callers enter in the order in which they asked.</summary>
    /// <param name="weight">Octets that reading may take; 0 enters at once, more than the whole room counts as the whole room.</param>
    /// <returns>Dispose of it once the result is written.</returns>
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
                // A cancelled caller takes no room.
                if (next.Entered.TrySetResult())
                    _left -= next.Weight;
            }
        }
    }

    /// <summary>Holds room until it is disposed of.</summary>
    public readonly struct Place(ReadingGate gate, long weight) : IDisposable
    {
        public void Dispose() => gate.Leave(weight);
    }

    private sealed record Waiter(long Weight)
    {
        // The caller that leaves must not run the next caller's work inside its own call.
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
