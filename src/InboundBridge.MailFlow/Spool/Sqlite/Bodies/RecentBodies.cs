using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Spool.Sqlite.Bodies;

/// <summary>
/// The octets of the mails that came in last, up to a limit: most are delivered at once, and need not be read back for it. What counts against the limit is
/// the memory that a mail keeps from the pool, which is up to twice its octets, and 8 KB at least.
/// Large ones are remembered without octets: what this process has just written needs no check against its digest.
/// </summary>
internal sealed class RecentBodies(long limit)
{
    private const int NamesLimit = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _buffers = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);
    private readonly Queue<string> _fileOrder = new();
    private long _octets;

    /// <param name="readers">How many deliveries will want it.</param>
    public void Add(string messageId, BodyBuffer buffer, int readers)
    {
        if (readers == 0 || buffer.Capacity > limit || !buffer.TryHold())
            return;
        lock (_gate)
        {
            if (!_buffers.TryAdd(messageId, new Entry(buffer, readers)))
            {
                buffer.Release();
                return;
            }
            _order.Enqueue(messageId);
            _octets += buffer.Capacity;
            while ((_octets > limit || _order.Count > NamesLimit * 8) && _order.TryDequeue(out var oldest))
                Drop(oldest);
        }
    }

    public void AddFile(string messageId)
    {
        lock (_gate)
        {
            if (_files.Add(messageId))
                _fileOrder.Enqueue(messageId);
            while (_files.Count > NamesLimit && _fileOrder.TryDequeue(out var oldest))
                _files.Remove(oldest);
        }
    }

    public bool IsRecentFile(string messageId)
    {
        lock (_gate)
            return _files.Contains(messageId);
    }

    public MimeSource? Find(string messageId)
    {
        lock (_gate)
            return _buffers.TryGetValue(messageId, out var entry) && entry.Buffer.TryHold() ? entry.Buffer.ToSource() : null;
    }

    /// <summary>One of its deliveries has ended; after the last nobody will ask for it soon.</summary>
    public void Done(string messageId)
    {
        lock (_gate)
        {
            if (!_buffers.TryGetValue(messageId, out var entry))
                return;
            if (entry.Readers > 1)
            {
                _buffers[messageId] = entry with { Readers = entry.Readers - 1 };
                return;
            }
            Drop(messageId);
            while (_order.TryPeek(out var oldest) && !_buffers.ContainsKey(oldest))
                _order.Dequeue();
        }
    }

    /// <summary>The message was erased. Who reads it just now may go on.</summary>
    public void Forget(string messageId)
    {
        lock (_gate)
        {
            _files.Remove(messageId);
            Drop(messageId);
        }
    }

    private void Drop(string messageId)
    {
        if (!_buffers.Remove(messageId, out var entry))
            return;
        _octets -= entry.Buffer.Capacity;
        entry.Buffer.Release();
    }

    private readonly record struct Entry(BodyBuffer Buffer, int Readers);
}
