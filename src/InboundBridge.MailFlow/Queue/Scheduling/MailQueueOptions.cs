using System.Security.Cryptography;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>Configuration <c>delivery</c>, as far as it is the queue's.</summary>
public sealed record MailQueueOptions
{
    /// <summary>
    /// Attempts at the same time over all destinations. Half of them are divided evenly, so that each destination has a share, at least
    /// one, that the others can't take; the other half goes to whichever destination asks first.
    /// </summary>
    public int Workers { get; init; } = 64;

    /// <summary>
    /// Deliveries of one destination that wait in memory; the rest of a backlog stays in
    /// the spool. Eight times as many where an order is kept.
    /// </summary>
    public int Window { get; init; } = 512;

    /// <summary>
    /// Receivers that collect their mail at the same time (ATRN), each user once. Our choice; each needs about 100 KB of buffers.
    /// </summary>
    public int Collections { get; init; } = 64;

    /// <summary>Mails that a receiver gets over one connection before it has to ask again; as MAILMAX of our own listeners.</summary>
    public int MailsPerCollection { get; init; } = 1000;

    /// <summary>No mail begins later on one connection; the longest transaction of our client takes as long.</summary>
    public TimeSpan CollectionTime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How often the queue looks for mail that waits to be collected and whose age has to be looked at.</summary>
    public TimeSpan LooksInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Makes the ids of mails whose destinations are asked first. It must outlive restarts, so that a repeat after one is recognised. The
    /// default does not: it is another one in each process.
    /// </summary>
    public ReadOnlyMemory<byte> AskKey { get; init; } = RandomNumberGenerator.GetBytes(32);

    /// <summary>How long to wait before the spool is asked again after it failed.</summary>
    public TimeSpan SpoolRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often retention runs.</summary>
    public TimeSpan RetentionInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often the queue asks the spool for pauses, and for the ages of the oldest deliveries (for the metrics).</summary>
    public TimeSpan AgesInterval { get; init; } = TimeSpan.FromSeconds(15);
}
