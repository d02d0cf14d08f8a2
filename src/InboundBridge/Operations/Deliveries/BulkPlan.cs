namespace InboundBridge.Operations.Deliveries;

/// <summary>What a change of all deliveries of a filter would do.</summary>
/// <param name="Count">Deliveries that it would change.</param>
/// <param name="IsMost">It may change fewer: the octets of some mail may be gone, which only the change itself finds out.</param>
/// <param name="Rest">The others of the filter, by the reason.</param>
internal sealed record BulkPlan(long Count, bool IsMost, IReadOnlyList<BulkRest> Rest);

/// <summary>Deliveries that a change leaves alone.</summary>
/// <param name="Why">With "they" as its subject: <c>are delivered</c>.</param>
internal sealed record BulkRest(long Count, string Why);
