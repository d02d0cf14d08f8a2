using InboundBridge.Text;

namespace InboundBridge.MailFlow.Spool.Contract.Nodes;

/// <summary>
/// A destination that does not answer a node, as that node sees it. Times are spans from now, so that the clocks of nodes and store need
/// not agree.
/// </summary>
/// <param name="Destination">Its name in the configuration.</param>
/// <param name="Node">The id of the node.</param>
/// <param name="OpenFor">How long the node has left the destination alone.</param>
/// <param name="Left">
/// Until the node's next probe. A view counts until <see cref="Grace"/> after it: then the node has shared it again, or has nothing to
/// send there, or is dead.
/// </param>
/// <param name="Failures">Attempts and probes that failed since the last answer.</param>
/// <param name="Reason">What the last of them ended with.</param>
public sealed record CircuitView(string Destination, string Node, TimeSpan OpenFor, TimeSpan Left, int Failures, string Reason)
{
    /// <summary>Two exchanges of views: one may fail.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>Views that one node shares; the rest it keeps to itself. Our choice: more destinations than a node has.</summary>
    public const int MostOfANode = 1000;

    /// <summary>Views that are read at once.</summary>
    public const int MostRead = 10_000;

    /// <summary>Characters of <see cref="Reason"/>; what is longer is cut. It comes from the destination.</summary>
    public const int LongestReason = 300;

    public CircuitView Cut() => Reason.Length <= LongestReason ? this : this with { Reason = CutText.At(Reason, LongestReason) };
}
