namespace InboundBridge.Logging.Syslog;

/// <summary>Counts the lines that no syslog receiver got since the start, whichever receiver they were for.</summary>
internal sealed class LostLines
{
    private long _count;

    public long Count => Interlocked.Read(ref _count);

    public void Add(long lines) => Interlocked.Add(ref _count, lines);
}
