namespace InboundBridge.ScenarioTests.SharedSpool;

/// <summary>A node or the database was killed.</summary>
/// <param name="Victim">The node's name, or <see cref="Database"/>.</param>
/// <param name="At">When, as a timestamp of <see cref="TimeProvider.System"/>.</param>
/// <param name="SeenAt">When the database was asked what was in flight.</param>
/// <param name="Open">Deliveries that had no recorded end then, and the owner of the claim on each.</param>
internal sealed record ClusterKill(string Victim, long At, long SeenAt, IReadOnlyDictionary<string, string> Open)
{
    public const string Database = "database";
}
