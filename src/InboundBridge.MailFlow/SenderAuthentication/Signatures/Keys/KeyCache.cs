using System.Collections.Concurrent;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;

/// <summary>
/// Usable keys by the text of their records, so that a sender's second mail finds the key parsed. The DNS still says each time which text
/// is published. When it is full, a new key replaces the oldest. Safe for concurrent use.
/// </summary>
/// <param name="most">Keys that are kept.</param>
internal sealed class KeyCache(int most)
{
    /// <summary>Characters of a record that is kept. A key of 4,096 bits takes 800.</summary>
    private const int LongestKept = 2048;

    private readonly ConcurrentDictionary<string, KeyRecord> _records = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _order = new();

    public int Count => _records.Count;

    public KeyRecord Read(string text)
    {
        if (_records.TryGetValue(text, out var known))
            return known;
        var record = KeyRecordReader.Read(text);
        if (record.Key is null || text.Length > LongestKept || most <= 0 || !_records.TryAdd(text, record))
            return record;
        _order.Enqueue(text);
        // The key's own handle is freed when the last verification with it has ended.
        while (_order.Count > most && _order.TryDequeue(out var oldest))
            _records.TryRemove(oldest, out _);
        return record;
    }
}
