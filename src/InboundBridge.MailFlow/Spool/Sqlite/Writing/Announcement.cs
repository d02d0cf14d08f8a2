namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>
/// Tells a share of a commit's writes that they are durable, one after the other on one thread of the pool: most of those who wait send a reply and are done,
/// which takes hardly longer than the way to a thread for each of them.
/// </summary>
internal sealed class Announcement : IThreadPoolWorkItem
{
    /// <summary>Fewer are not worth a second thread.</summary>
    private const int SmallestShare = 8;

    private readonly List<SpoolWrite> _writes;
    private readonly int _from;
    private readonly int _step;

    private Announcement(List<SpoolWrite> writes, int from, int step) => (_writes, _from, _step) = (writes, from, step);

    /// <summary>Returns at once. Who may take longer gets a thread to himself.</summary>
    public static void Of(List<SpoolWrite> writes)
    {
        foreach (var write in writes)
        {
            if (!write.IsSoonOver)
                ThreadPool.UnsafeQueueUserWorkItem(static durable => durable.Succeed(), write, preferLocal: false);
        }
        var shares = Math.Clamp(writes.Count / SmallestShare, 1, Environment.ProcessorCount);
        for (var share = 0; share < shares; share++)
            ThreadPool.UnsafeQueueUserWorkItem(new Announcement(writes, share, shares), preferLocal: false);
    }

    public void Execute()
    {
        for (var index = _from; index < _writes.Count; index += _step)
        {
            if (_writes[index].IsSoonOver)
                _writes[index].Succeed();
        }
    }
}
