namespace InboundBridge.MailFlow.Dns;

/// <summary>Keeps answers until they expire. The size is bounded: a new answer replaces the oldest. Safe for concurrent use.</summary>
internal sealed class DnsCache(DnsResolverOptions options, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Name, DnsRecordType Type), Entry> _entries = [];
    private readonly Queue<(string Name, DnsRecordType Type)> _order = new();

    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <param name="name">Lower case.</param>
    public DnsAnswer? Find(string name, DnsRecordType type)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue((name, type), out var entry))
                return null;
            if (clock.GetElapsedTime(entry.Since) < entry.Lifetime)
                return entry.Answer;
            _entries.Remove((name, type));
            return null;
        }
    }

    /// <param name="timeToLive">An answer with a TTL of zero is never kept (RFC 1035 §3.2.1).</param>
    public void Keep(string name, DnsRecordType type, DnsAnswer answer, TimeSpan timeToLive)
    {
        var longest = answer.Status == DnsStatus.Success ? options.LongestCache : options.LongestNegativeCache;
        var lifetime = timeToLive < longest ? timeToLive : longest;
        if (!options.Cache || answer.IsTemporary || lifetime <= TimeSpan.Zero || options.CacheEntries <= 0)
            return;
        lock (_lock)
        {
            while (_order.Count >= options.CacheEntries)
                _entries.Remove(_order.Dequeue());
            if (!_entries.ContainsKey((name, type)))
                _order.Enqueue((name, type));
            _entries[(name, type)] = new Entry(answer, clock.GetTimestamp(), lifetime);
        }
    }

    private readonly record struct Entry(DnsAnswer Answer, long Since, TimeSpan Lifetime);
}
