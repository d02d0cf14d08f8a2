namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>
/// Guards a window's refill, which reads the spool beside everything else: what changed while it read is not believed from what it read. Guarded by the
/// scheduler's lock.
/// </summary>
internal sealed class RefillState
{
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private bool _isInvalid;

    public bool IsRunning { get; private set; }

    /// <summary>The spool failed; not to be asked before this.</summary>
    public DateTimeOffset NotBefore { get; set; }

    /// <summary>The earliest of those that were left in the spool while it read.</summary>
    public DateTimeOffset LeftMeanwhile { get; private set; }

    public void Begin()
    {
        IsRunning = true;
        _isInvalid = false;
        _changed.Clear();
        LeftMeanwhile = DateTimeOffset.MaxValue;
    }

    /// <summary>False: what was read is worth nothing.</summary>
    public bool End()
    {
        IsRunning = false;
        return !_isInvalid;
    }

    /// <summary>Whether the spool's copy of it may be older than the truth.</summary>
    public bool IsStale(string deliveryId) => _changed.Contains(deliveryId);

    public void Changed(string deliveryId)
    {
        if (IsRunning)
            _changed.Add(deliveryId);
    }

    public void Left(DateTimeOffset dueAt)
    {
        if (IsRunning && dueAt < LeftMeanwhile)
            LeftMeanwhile = dueAt;
    }

    public void Invalidate() => _isInvalid = true;
}
