namespace InboundBridge.MailFlow.Queue;

/// <summary>What the queue needs to know of a destination; how it is reached is the target's own matter.</summary>
public sealed record DestinationOptions
{
    public required string Name { get; init; }

    /// <summary><c>webhook</c>, <c>lmtp</c> or <c>relay</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Attempts at the same time.</summary>
    public int Concurrency { get; init; } = 32;

    /// <summary>Attempts begun per <see cref="RatePeriod"/>; null for no limit.</summary>
    public int? Rate { get; init; }

    public TimeSpan RatePeriod { get; init; } = TimeSpan.FromSeconds(1);

    public DeliveryOrder Order { get; init; }

    public RetryOptions Retry { get; init; } = new();

    public CircuitOptions Circuit { get; init; } = new();

    /// <summary><c>dead_letter</c>, <c>bounce</c>, or the name of another destination.</summary>
    public string OnFailure { get; init; } = "dead_letter";
}

/// <summary>FIFO within what: nothing, the envelope sender, or the recipient.</summary>
public enum DeliveryOrder
{
    None,
    Sender,
    Recipient,
}

/// <summary>Configuration <c>retry</c>.</summary>
public sealed record RetryOptions
{
    /// <summary>Waits between attempts; the last one repeats until <see cref="MaximumAge"/>.</summary>
    public IReadOnlyList<TimeSpan> Schedule { get; init; } =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10),
        TimeSpan.FromMinutes(30), TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4),
    ];

    public TimeSpan MaximumAge { get; init; } = TimeSpan.FromDays(3);

    /// <summary>Each wait is varied by up to this part of it, both ways: 0.2 is 20 %.</summary>
    public double Jitter { get; init; } = 0.2;

    /// <summary>Retry-After beyond this is taken for this.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromHours(24);
}

/// <summary>Configuration <c>circuit</c>.</summary>
public sealed record CircuitOptions
{
    /// <summary>Failures of the destination itself in a row within <see cref="Window"/> that open the circuit.</summary>
    public int Failures { get; init; } = 10;

    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often one attempt is let through while it is open.</summary>
    public TimeSpan Probe { get; init; } = TimeSpan.FromSeconds(15);
}
