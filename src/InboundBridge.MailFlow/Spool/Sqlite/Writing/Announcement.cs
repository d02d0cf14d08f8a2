namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>
/// Completes a share of a commit's writes, one after the other on one thread of the pool. Most continuations only send a reply, which takes
/// hardly longer than queueing each of them to a thread of its own.
/// </summary>
internal sealed class Announcement : IThreadPoolWorkItem
{
    /// <summary>A smaller share is not worth another thread.</summary>
    private const int SmallestShare = 8;

    private readonly List<SpoolWrite> _writes;
    private readonly int _from;
    private readonly int _step;

    private Announcement(List<SpoolWrite> writes, int from, int step) => (_writes, _from, _step) = (writes, from, step);

    /// <summary>Completes all writes and returns at once. A write whose continuation may take longer gets a thread of its own.</summary>
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
