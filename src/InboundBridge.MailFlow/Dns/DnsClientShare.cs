namespace InboundBridge.MailFlow.Dns;

/// <summary>What one client takes of a resolver. Guarded by the lock of <see cref="DnsQueries"/>.</summary>
internal sealed class DnsClientShare
{
    public DnsClientShare(UInt128 client) => (Client, Place) = (client, new LinkedListNode<DnsClientShare>(this));

    public UInt128 Client { get; }

    /// <summary>Its place among the clients whose questions wait.</summary>
    public LinkedListNode<DnsClientShare> Place { get; }

    /// <summary>Its questions that servers are asked.</summary>
    public int Running { get; set; }

    /// <summary>Its questions that have no turn yet, the oldest first.</summary>
    public LinkedList<PendingQuery> Waiting { get; } = [];

    public int Pending => Running + Waiting.Count;
}
