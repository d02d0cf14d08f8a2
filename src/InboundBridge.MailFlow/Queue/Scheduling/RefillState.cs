namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>The refill of a window, which reads the spool while everything else continues. Guarded by the scheduler's lock.</summary>
internal sealed class RefillState
{
    private bool _isInvalid;

    public bool IsRunning { get; private set; }

    /// <summary>The spool failed; no refill begins before this.</summary>
    public DateTimeOffset NotBefore { get; set; }

    /// <summary>
    /// When the earliest delivery is due that was left in the spool since the refill began: the spool's answer may not know of it.
    /// </summary>
    public DateTimeOffset LeftMeanwhile { get; private set; }

    public void Begin()
    {
        IsRunning = true;
        _isInvalid = false;
        LeftMeanwhile = DateTimeOffset.MaxValue;
    }

    /// <summary>False: the answer must not be used.</summary>
    public bool End()
    {
        IsRunning = false;
        return !_isInvalid;
    }

    public void Left(DateTimeOffset dueAt)
    {
        if (IsRunning && dueAt < LeftMeanwhile)
            LeftMeanwhile = dueAt;
    }

    public void Invalidate() => _isInvalid = true;
}
