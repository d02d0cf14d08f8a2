using InboundBridge.MailFlow.Spool.Contract.Nodes;

namespace InboundBridge.MailFlow.Queue.Destinations;

/// <summary>A node's view of a destination that does not answer it.</summary>
/// <param name="Node">The id of the node.</param>
/// <param name="IsSelf">It is this node.</param>
/// <param name="OpenedAt">Since when that node leaves the destination alone, by this node's clock.</param>
/// <param name="Until">When that node probes next.</param>
/// <param name="Failures">Attempts and probes that failed since the last answer.</param>
/// <param name="Reason">What the last of them ended with.</param>
public sealed record OpenCircuit(
    string Node, bool IsSelf, DateTimeOffset OpenedAt, DateTimeOffset Until, int Failures, string Reason)
{
    internal static OpenCircuit Of(CircuitView view, bool isSelf, DateTimeOffset now)
    {
        var cut = view.Cut();
        return new OpenCircuit(cut.Node, isSelf, now - cut.OpenFor, now + cut.Left, cut.Failures, cut.Reason);
    }
}
