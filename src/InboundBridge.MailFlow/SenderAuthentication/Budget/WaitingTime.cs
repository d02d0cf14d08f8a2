namespace InboundBridge.MailFlow.SenderAuthentication.Budget;

/// <summary>A time that runs only while something waits. Safe for concurrent use.</summary>
internal sealed class WaitingTime(TimeSpan most, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private TimeSpan _spent;
    private long _since;
    private int _pending;

    /// <summary>Something begins to wait.</summary>
    /// <returns>The time that is left.</returns>
    public TimeSpan Begin()
    {
        lock (_lock)
        {
            if (_pending++ == 0)
                _since = clock.GetTimestamp();
            return most - _spent - clock.GetElapsedTime(_since);
        }
    }

    public void End()
    {
        lock (_lock)
        {
            if (--_pending == 0)
                _spent += clock.GetElapsedTime(_since);
        }
    }
}
