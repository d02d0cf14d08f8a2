namespace InboundBridge.MailFlow.Spool.Contract.Nodes;

/// <summary>A node as the store knows it.</summary>
/// <param name="HeardAt">When it last reported, by the store's clock.</param>
/// <param name="Silence">How long ago that was, by the store's clock.</param>
public sealed record HeardNode(SpoolNode Node, DateTimeOffset HeardAt, TimeSpan Silence)
{
    /// <summary>
    /// A node that is silent for longer is lost. It reports every ten seconds, so three reports are missing. Its claims have expired by
    /// then: they last 30 seconds.
    /// </summary>
    public static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(35);

    /// <summary>A store forgets a node that was silent for so long.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    /// <summary>Nodes that a store remembers: those that reported last. Our choice: far more than share a database.</summary>
    public const int Most = 256;

    public NodeState State => Silence > LostAfter ? NodeState.Lost : Node.State;
}
