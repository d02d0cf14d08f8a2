namespace InboundBridge.MailFlow.Dns;

/// <summary>What waits for a turn, or has it. Guarded by the lock of the owner of its <see cref="DnsShares"/>.</summary>
internal abstract class DnsTurn
{
    /// <summary>The clients in whose queues it stands, and its places there.</summary>
    public List<(DnsClientShare Client, LinkedListNode<DnsTurn> Place)> Places { get; } = new(1);

    /// <summary>The client whose share it takes while it runs.</summary>
    public DnsClientShare? RunsFor { get; set; }

    public bool WaitsFor(DnsClientShare client)
    {
        foreach (var (other, _) in Places)
        {
            if (other == client)
                return true;
        }
        return false;
    }
}
