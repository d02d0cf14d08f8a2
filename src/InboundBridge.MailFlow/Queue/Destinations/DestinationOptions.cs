namespace InboundBridge.MailFlow.Queue.Destinations;

/// <summary>The options of a destination that the queue needs. The others are its target's (<see cref="IDeliveryTarget"/>).</summary>
public sealed record DestinationOptions
{
    public required string Name { get; init; }

    /// <summary>The name of its kind, for people.</summary>
    public required string Kind { get; init; }

    /// <summary>Mail waits here for servers of others: ETRN (RFC 1985) makes it due at once.</summary>
    public bool TakesTurns { get; init; }

    /// <summary>
    /// Nothing is sent by itself: mail waits until its receiver collects it (ATRN, RFC 2645). Its age is looked at from time to time.
    /// </summary>
    public bool OnDemand { get; init; }

    /// <summary>Null for a destination that can't be asked before a mail is accepted.</summary>
    public AskOptions? Ask { get; init; }

    /// <summary>Attempts at the same time, asking included.</summary>
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
