using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>
/// Leaves a destination alone that has stopped answering: after so many failures in a row within the window it opens; every probe interval the destination is
/// asked; when it answers, one delivery is let through, and its outcome closes the circuit or opens it again. Guarded by the scheduler's lock.
/// </summary>
internal sealed class CircuitBreaker(CircuitOptions options)
{
    private readonly Queue<DateTimeOffset> _failures = new();

    public CircuitOptions Options { get; set; } = options;

    public CircuitState State { get; private set; }

    /// <summary>While open: when to ask.</summary>
    public DateTimeOffset ProbeAt { get; private set; }

    /// <summary>True when this failure opened it.</summary>
    public bool RecordFailure(DateTimeOffset now)
    {
        if (State == CircuitState.HalfOpen)
        {
            Open(now);
            return false;
        }
        _failures.Enqueue(now);
        while (_failures.Count > 0 && (_failures.Peek() <= now - Options.Window || _failures.Count > Options.Failures))
            _failures.Dequeue();
        if (State == CircuitState.Open || _failures.Count < Options.Failures)
            return false;
        Open(now);
        return true;
    }

    /// <summary>True when this answer closed it.</summary>
    public bool RecordAnswer()
    {
        _failures.Clear();
        var wasOpen = State != CircuitState.Closed;
        State = CircuitState.Closed;
        return wasOpen;
    }

    /// <summary>The destination was asked whether it is there.</summary>
    public void RecordProbe(bool answered, DateTimeOffset now)
    {
        if (State != CircuitState.Open)
            return;
        if (answered)
            State = CircuitState.HalfOpen;
        else
            Open(now);
    }

    private void Open(DateTimeOffset now)
    {
        State = CircuitState.Open;
        ProbeAt = now + Options.Probe;
        _failures.Clear();
    }
}
