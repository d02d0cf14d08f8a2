using InboundBridge.MailFlow.Metrics;

namespace InboundBridge.MailFlow.Spool.Postgres.Opening;

/// <summary>Settings that are not configurable.</summary>
internal sealed record PostgresInternals
{
    /// <summary>Where the spool counts.</summary>
    public MetricRegistry Metrics { get; init; } = new();

    /// <summary>How long a transaction waits for more writes after a large one. A sender needs about this long for its next mail.</summary>
    public TimeSpan Company { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>
    /// How long a transaction may take until its writes are told that nobody knows: with the wait for it, a sender gets its 451 within five
    /// seconds. The driver ends a command that takes too long only after it has asked the server, over another connection, to end it.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Octets of recent mails that stay in memory for their first attempt; as in the embedded store.</summary>
    public long RecentOctets { get; init; } = 32 * 1024 * 1024;
}
