namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>
/// Counts the entries of greylisting, so that their number is bounded without counting rows at each write. Used by the spool's threads one
/// after the other; a batch with several writes may exceed the bound by its own entries.
/// </summary>
internal sealed class GreylistSize
{
    private long _committed = -1;

    /// <summary>Entries after the last commit. Counts the rows the first time.</summary>
    public long Read(WriterSession session)
    {
        if (Volatile.Read(ref _committed) < 0)
            Volatile.Write(ref _committed, session.Database.ReadNumber("SELECT count(*) FROM greylist"));
        return Volatile.Read(ref _committed);
    }

    public void Committed(long change)
    {
        if (Volatile.Read(ref _committed) >= 0)
            Interlocked.Add(ref _committed, change);
    }

    /// <summary>The rows that the last statement of a session changed.</summary>
    public static long Changes(WriterSession session)
    {
        var changes = session.Statement("SELECT changes()");
        var count = changes.Step() ? changes.Number(0) : 0;
        changes.Reset();
        return count;
    }
}
