namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>Configuration <c>delivery</c>, as far as it is the queue's.</summary>
public sealed record MailQueueOptions
{
    /// <summary>
    /// Attempts at the same time over all destinations (CONTRACT 2). Each destination has an equal share that the others can't take, and at least one;
    /// what is left of all shares goes to whoever comes first.
    /// </summary>
    public int Workers { get; init; } = 64;

    /// <summary>Deliveries of one destination that are kept in memory; the rest of a backlog stays in the spool.</summary>
    public int Window { get; init; } = 512;

    /// <summary>How long to wait before the spool is asked again after it failed.</summary>
    public TimeSpan SpoolRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often retention looks what may go.</summary>
    public TimeSpan RetentionInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often the age of the oldest delivery is read, for the metrics.</summary>
    public TimeSpan AgesInterval { get; init; } = TimeSpan.FromSeconds(15);
}
