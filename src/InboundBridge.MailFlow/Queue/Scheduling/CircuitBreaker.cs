using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>
/// Stops attempts at a destination that no longer answers. The circuit opens after a number of failures in a row within a window. While it
/// is open, the destination is probed at each interval. When it answers a probe, one attempt is made, and its outcome closes the circuit or
/// opens it again. Guarded by the scheduler's lock.
/// </summary>
internal sealed class CircuitBreaker(CircuitOptions options)
{
    /// <summary>While the circuit is closed: the latest failures in a row.</summary>
    private readonly Queue<DateTimeOffset> _failures = new();

    public CircuitOptions Options { get; set; } = options;

    public CircuitState State { get; private set; }

    /// <summary>While the circuit is open: when to probe.</summary>
    public DateTimeOffset ProbeAt { get; private set; }

    /// <summary>True when this failure opened it.</summary>
    public bool RecordFailure(DateTimeOffset now)
    {
        if (State == CircuitState.HalfOpen)
            Open(now);
        if (State == CircuitState.Open)
            return false;
        _failures.Enqueue(now);
        while (_failures.Count > 0 && _failures.Peek() <= now - Options.Window)
            _failures.Dequeue();
        if (_failures.Count < Options.Failures)
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

    /// <summary>A probe was answered, or was not.</summary>
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
    }
}
