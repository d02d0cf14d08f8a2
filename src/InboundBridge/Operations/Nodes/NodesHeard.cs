using InboundBridge.MailFlow.Spool.Contract.Nodes;

namespace InboundBridge.Operations.Nodes;

/// <summary>The nodes as this one has last heard of them: what it still knows while the database is away.</summary>
internal sealed class NodesHeard
{
    private IReadOnlyList<HeardNode> _latest = [];

    public IReadOnlyList<HeardNode> Latest
    {
        get => Volatile.Read(ref _latest);
        set => Volatile.Write(ref _latest, value);
    }
}
