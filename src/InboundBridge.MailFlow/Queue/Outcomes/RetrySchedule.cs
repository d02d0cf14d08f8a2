using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.MailFlow.Queue.Outcomes;

/// <summary>The waits between attempts.</summary>
internal static class RetrySchedule
{
    /// <summary>The wait after an attempt, varied at random so that deliveries that failed together are not retried together.</summary>
    /// <param name="attempts">Finished attempts, this one included: 1 takes the first entry of the schedule.</param>
    /// <param name="after">
    /// The wait that the destination asked for. It counts where it is longer than the schedule's, up to its cap.
    /// </param>
    /// <param name="sample">In [0, 1).</param>
    public static TimeSpan Wait(RetryOptions options, int attempts, TimeSpan? after, double sample)
    {
        var index = Math.Clamp(attempts - 1, 0, Math.Max(0, options.Schedule.Count - 1));
        var scheduled = options.Schedule.Count == 0 ? TimeSpan.FromMinutes(5) : options.Schedule[index];
        var varied = scheduled * (1 + (options.Jitter * ((2 * sample) - 1)));
        if (after is not { } named || named <= TimeSpan.Zero)
            return varied;
        // Retry-After is a minimum, so it is only ever lengthened.
        var capped = named < options.LongestRetryAfter ? named : options.LongestRetryAfter;
        var lengthened = capped * (1 + (options.Jitter * sample * 0.5));
        return lengthened > varied ? lengthened : varied;
    }

    /// <summary>The longest wait possible. A stored time beyond it was written while the clock was ahead.</summary>
    public static TimeSpan LongestWait(RetryOptions options)
    {
        var scheduled = options.Schedule.Count == 0 ? TimeSpan.FromMinutes(5) : options.Schedule.Max();
        var longest = scheduled > options.LongestRetryAfter ? scheduled : options.LongestRetryAfter;
        return longest * (1 + Math.Abs(options.Jitter));
    }
}
