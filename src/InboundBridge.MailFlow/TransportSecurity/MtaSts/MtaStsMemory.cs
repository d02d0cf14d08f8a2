namespace InboundBridge.MailFlow.TransportSecurity.MtaSts;

/// <summary>
/// What is known of the domains used last, in two generations: when the younger one is full it becomes the older one, whose entries move up
/// when they are used. Safe for concurrent use.
/// </summary>
internal sealed class MtaStsMemory
{
    /// <summary>Domains of a generation, mostly without a policy. Our choice.</summary>
    private const int Most = 5000;

    private readonly Lock _gate = new();
    private Dictionary<string, Entry> _young = new(StringComparer.OrdinalIgnoreCase);
    private Dictionary<string, Entry> _old = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Null for a domain that is not in memory; the store may know it.</summary>
    public Entry? Find(string domain)
    {
        lock (_gate)
        {
            if (_young.TryGetValue(domain, out var entry))
                return entry;
            if (!_old.TryGetValue(domain, out entry))
                return null;
            Put(domain, entry);
            return entry;
        }
    }

    public void Keep(string domain, Entry entry)
    {
        lock (_gate)
            Put(domain, entry);
    }

    private void Put(string domain, Entry entry)
    {
        if (_young.Count >= Most)
            (_old, _young) = (_young, new Dictionary<string, Entry>(StringComparer.OrdinalIgnoreCase));
        _young[domain] = entry;
    }

    /// <param name="Known">Null: the store has no policy of the domain.</param>
    /// <param name="Failure">The last fetch, when it failed.</param>
    public sealed record Entry(KnownPolicy? Known, FailedFetch? Failure = null);

    /// <param name="Id">Of the record that announced what could not be fetched.</param>
    public sealed record FailedFetch(DateTimeOffset At, string Id, TlsFailure Failure, string Detail);
}
