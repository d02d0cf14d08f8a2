namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>Whether the spool accepts new mail. Queued mail is delivered in any case.</summary>
public enum SpoolCondition
{
    Ready,

    /// <summary>Less than <see cref="SpoolOptions.MinimumFree"/> is free: 452 4.3.1.</summary>
    DiskLow,

    /// <summary>A commit has been waiting longer than <see cref="SpoolOptions.CommitLatencyLimit"/>: 451 4.3.0.</summary>
    CommitsSlow,

    /// <summary>The last commit failed: 451 4.3.0. The next one that succeeds ends it.</summary>
    Failing,
}

/// <param name="Messages">Messages kept, the delivered ones included.</param>
/// <param name="Bytes">Their octets.</param>
/// <param name="FreeBytes">Free on the spool's disk; null when it can't be told.</param>
/// <param name="Deliveries">One entry for each destination and state that has any.</param>
public sealed record SpoolTotals(long Messages, long Bytes, long? FreeBytes, IReadOnlyList<DeliveryTally> Deliveries);

public readonly record struct DeliveryTally(string Destination, DeliveryState State, long Count);
