using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Destinations;

/// <summary>A destination as the API shows it.</summary>
/// <param name="Up">False while its circuit is open at this node.</param>
/// <param name="PauseReason">Null when it is not paused.</param>
/// <param name="Active">Attempts under way.</param>
/// <param name="Counts">Deliveries by state; states without any are left out.</param>
/// <param name="OldestOpen">When its oldest open delivery was made.</param>
public sealed record DestinationStatus(
    string Name,
    string Kind,
    bool Up,
    string? PauseReason,
    int Active,
    IReadOnlyDictionary<DeliveryState, long> Counts,
    DateTimeOffset? OldestOpen)
{
    /// <summary>Its mail waits until it is collected (ATRN).</summary>
    public bool OnDemand { get; init; }

    /// <summary>The nodes that it does not answer, this one first.</summary>
    public IReadOnlyList<OpenCircuit> Circuits { get; init; } = [];
}
