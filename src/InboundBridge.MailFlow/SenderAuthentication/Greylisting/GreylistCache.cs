using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.SenderAuthentication.Greylisting;

/// <summary>
/// The entries used last, in two generations: when the younger one is full it becomes the older one, whose entries move up when they are
/// used. Not safe for concurrent use.
/// </summary>
internal sealed class GreylistCache
{
    /// <summary>Entries of a generation, about 80 octets each. Our choice.</summary>
    private const int Most = 50_000;

    private Dictionary<UInt128, GreylistEntry> _young = [];
    private Dictionary<UInt128, GreylistEntry> _old = [];

    public bool TryFind(UInt128 key, out GreylistEntry entry)
    {
        if (_young.TryGetValue(key, out entry))
            return true;
        if (!_old.TryGetValue(key, out entry))
            return false;
        Keep(entry);
        return true;
    }

    public void Keep(GreylistEntry entry)
    {
        if (_young.Count >= Most)
            (_old, _young) = (_young, []);
        _young[entry.Key] = entry;
    }
}
