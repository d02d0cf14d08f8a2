using System.Collections.Concurrent;

namespace InboundBridge.MailFlow.Dns;

/// <summary>
/// Keeps answers until they expire. Their number and their memory are bounded. A new answer replaces the oldest that nobody has asked for
/// since it was passed over last, so that mail from ten thousand made-up domains does not push out what every mail needs. Reading takes no
/// lock. Safe for concurrent use.
/// </summary>
internal sealed class DnsCache(DnsResolverOptions options, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<DnsKey, Entry> _entries = new();
    private readonly Queue<DnsKey> _order = new();
    private long _size;

    public int Count => _entries.Count;

    /// <summary>Octets of memory, estimated.</summary>
    public long Size
    {
        get
        {
            lock (_lock)
                return _size;
        }
    }

    public DnsAnswer? Find(DnsKey key)
    {
        // An expired entry stays until it is replaced, or its turn to go comes.
        if (!_entries.TryGetValue(key, out var entry) || clock.GetElapsedTime(entry.Since) >= entry.Lifetime)
            return null;
        entry.Used = true;
        return entry.Answer;
    }

    /// <param name="timeToLive">An answer with a TTL of zero is never kept (RFC 1035 §3.2.1).</param>
    public void Keep(DnsKey key, DnsAnswer answer, TimeSpan timeToLive)
    {
        var longest = answer.Status switch
        {
            DnsStatus.Success => options.LongestCache,
            DnsStatus.NoData or DnsStatus.NoSuchName => options.LongestNegativeCache,
            _ => options.FailureCache,
        };
        var lifetime = timeToLive < longest ? timeToLive : longest;
        var size = answer.EstimateSize() + (2 * key.Name.Length);
        // An answer that fills much of the cache would push out hundreds of others.
        if (!options.Cache || lifetime <= TimeSpan.Zero || options.CacheEntries <= 0 || size > options.CacheSize / 16)
            return;
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var old))
                _size -= old.Size;
            else
                _order.Enqueue(key);
            _entries[key] = new Entry(answer, clock.GetTimestamp(), lifetime, size);
            _size += size;
            while (_order.Count > options.CacheEntries || _size > options.CacheSize)
                PassOver();
        }
    }

    /// <summary>Removes the oldest entry, or gives it another round. Ends: a round takes the mark of every entry away.</summary>
    private void PassOver()
    {
        var oldest = _order.Dequeue();
        var entry = _entries[oldest];
        if (entry.Used && clock.GetElapsedTime(entry.Since) < entry.Lifetime)
        {
            entry.Used = false;
            _order.Enqueue(oldest);
            return;
        }
        _entries.TryRemove(oldest, out _);
        _size -= entry.Size;
    }

    private sealed class Entry(DnsAnswer answer, long since, TimeSpan lifetime, int size)
    {
        public DnsAnswer Answer => answer;

        public long Since => since;

        public TimeSpan Lifetime => lifetime;

        public int Size => size;

        /// <summary>Somebody has asked for it. A lost write costs nothing but its place.</summary>
        public bool Used { get; set; }
    }
}
