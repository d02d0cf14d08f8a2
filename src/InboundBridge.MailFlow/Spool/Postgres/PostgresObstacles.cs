namespace InboundBridge.MailFlow.Spool.Postgres;

/// <summary>What keeps the appliance from using a database.</summary>
/// <param name="Missing">That it can't connect, or each right that is missing; empty: nothing is.</param>
/// <param name="Closure">Why no node starts on this spool, whoever starts it: it was moved away. Null: it is open.</param>
public sealed record PostgresObstacles(IReadOnlyList<string> Missing, string? Closure);
