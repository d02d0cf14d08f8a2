namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>What greylisting remembers about a stranger, a pair of client and sender, or a client.</summary>
/// <param name="Key">A digest: the store holds no addresses for this.</param>
/// <param name="Expires">From then on the entry means nothing, and the store may delete it.</param>
/// <param name="Passes">How often it has proved that it comes back; 0 for a stranger.</param>
public readonly record struct GreylistEntry(UInt128 Key, DateTimeOffset FirstSeen, DateTimeOffset Expires, int Passes);
