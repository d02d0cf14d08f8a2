using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.MailFlow.Queue.Outcomes;

/// <summary>When a delivery is tried again.</summary>
internal static class RetrySchedule
{
    /// <summary>The wait after an attempt, varied so that what failed together does not come back together.</summary>
    /// <param name="attempts">Finished attempts, this one included: 1 takes the schedule's first entry.</param>
    /// <param name="after">What the destination named; obeyed when it is longer than the schedule's wait, within its cap.</param>
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

    /// <summary>The longest that any wait can be: what is stored beyond it was written under another clock.</summary>
    public static TimeSpan LongestWait(RetryOptions options)
    {
        var scheduled = options.Schedule.Count == 0 ? TimeSpan.FromMinutes(5) : options.Schedule.Max();
        var longest = scheduled > options.LongestRetryAfter ? scheduled : options.LongestRetryAfter;
        return longest * (1 + Math.Abs(options.Jitter));
    }
}
