namespace InboundBridge.Rules.Scripting;

/// <summary>Looks at the heap while a script runs, and gives the alarm when it grew by more than the script may use.</summary>
internal sealed class MemoryWatch(TimeSpan interval, TimeProvider clock, Action alarm)
{
    public IDisposable Begin(long limit)
    {
        var before = GC.GetTotalMemory(forceFullCollection: false);
        return clock.CreateTimer(_ => Look(before, limit), null, interval, interval);
    }

    private void Look(long before, long limit)
    {
        // Garbage counts until it is collected, so a collection is tried before the alarm is given.
        if (GC.GetTotalMemory(forceFullCollection: false) - before > limit && GC.GetTotalMemory(forceFullCollection: true) - before > limit)
            alarm();
    }
}
