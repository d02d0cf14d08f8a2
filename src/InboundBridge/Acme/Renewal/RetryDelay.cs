using InboundBridge.Acme.Protocol;

namespace InboundBridge.Acme.Renewal;

/// <summary>How long to wait after a failed attempt.</summary>
internal static class RetryDelay
{
    /// <summary>Let's Encrypt allows five failed validations an hour for each name.</summary>
    private static readonly TimeSpan[] Steps =
    [
        TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(6),
        TimeSpan.FromHours(12),
    ];

    /// <summary>After a refusal for too many requests, where the authority names no time.</summary>
    private static readonly TimeSpan AfterLimit = TimeSpan.FromHours(3);

    /// <summary>Of the wait, on top of it: never before the time that the authority named.</summary>
    private const double Jitter = 0.2;

    /// <summary>No wait of ours is longer. A time further away was written by a clock that ran ahead.</summary>
    public static TimeSpan Longest(AcmeLimits limits) => limits.LongestRetryAfter * (1 + Jitter);

    /// <param name="failures">In a row, this one included.</param>
    public static TimeSpan After(int failures, AcmeException cause, AcmeLimits limits, Random random)
    {
        var wait = Steps[Math.Clamp(failures, 1, Steps.Length) - 1];
        if (cause.IsRateLimit && cause.RetryAfter is null && wait < AfterLimit)
            wait = AfterLimit;
        if (cause.RetryAfter is { } asked && asked > wait)
            wait = asked < limits.LongestRetryAfter ? asked : limits.LongestRetryAfter;
        return wait * (1 + Jitter * random.NextDouble());
    }
}
