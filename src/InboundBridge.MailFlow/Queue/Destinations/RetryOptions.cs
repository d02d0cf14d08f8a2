namespace InboundBridge.MailFlow.Queue.Destinations;

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

    /// <summary>The part by which each wait is varied at random, up or down: 0.2 is 20 %.</summary>
    public double Jitter { get; init; } = 0.2;

    /// <summary>A longer Retry-After counts as this.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromHours(24);
}
