using System.Collections.Concurrent;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>
/// Records by their text, so that the record of a large sender is read once and not for each mail. The memory is bounded: long records are
/// not kept, and a full cache starts again from nothing, which costs a few microseconds for each record. Safe for concurrent use.
/// </summary>
internal sealed class SpfRecordCache
{
    /// <summary>Characters of a record that is kept; longer ones are rare.</summary>
    private const int Longest = 2048;

    /// <summary>With all of them as long as can be, and their terms, about 40 MB; as they usually are, 4 MB.</summary>
    private const int Most = 4096;

    private readonly ConcurrentDictionary<string, SpfRecord> _records = new(StringComparer.Ordinal);
    private int _count;

    public int Count => _records.Count;

    /// <summary>The record among the texts of a domain (RFC 7208 §4.5). Null without one; invalid when there are two.</summary>
    public SpfRecord? Select(DnsAnswer answer)
    {
        string? found = null;
        foreach (var record in answer.Records)
        {
            if (record is not DnsRecord.Txt { Text: var text } || !SpfRecord.IsRecord(text))
                continue;
            if (found is not null)
                return SpfRecord.Invalid("is not the only one");
            found = text;
        }
        return found is null ? null : Read(found);
    }

    public SpfRecord Read(string text)
    {
        if (_records.TryGetValue(text, out var known))
            return known;
        var record = SpfRecord.Read(text);
        if (text.Length > Longest || record.Problem is not null)
            return record;
        if (Interlocked.Increment(ref _count) > Most)
        {
            _records.Clear();
            Volatile.Write(ref _count, 1);
        }
        _records[text] = record;
        return record;
    }
}
