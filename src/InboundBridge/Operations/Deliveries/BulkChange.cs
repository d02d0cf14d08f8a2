namespace InboundBridge.Operations.Deliveries;

/// <summary>The outcome of changing all deliveries of a filter.</summary>
/// <param name="WithoutDestination">
/// For a release that names no destination: how many deliveries of the filter are unchanged because they have none of their own, counted up
/// to 500 of each state. Null for any other change.
/// </param>
internal sealed record BulkChange(int Count, int? WithoutDestination);
