using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Spool.Bodies;

/// <summary>
/// Keeps the mails that came in last in memory, because most are delivered at once and then need not be read back. A mail counts against
/// the limit with its whole buffer, which is up to twice its octets and at least 8 KB. Of large mails only the ids are kept: a file that
/// this process has just written is not checked against its digest.
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

    /// <param name="readers">Number of deliveries that will read the mail.</param>
    public void Add(string messageId, MailBuffer buffer, int readers)
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

    public MailContent? Find(string messageId)
    {
        lock (_gate)
            return _buffers.TryGetValue(messageId, out var entry) && entry.Buffer.TryHold() ? entry.Buffer.ToContent() : null;
    }

    /// <summary>One delivery of the mail has ended. After the last one the mail is dropped.</summary>
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

    /// <summary>The message was erased. A reader that has it open may finish.</summary>
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

    private readonly record struct Entry(MailBuffer Buffer, int Readers);
}
