using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Bounces.Policy;

/// <summary>
/// Decides at which attempt a sender hears of the delay: the first one that ends when the delivery is older than the limit. The attempts
/// are in the spool, so the answer survives a restart, and nothing else has to be remembered.
/// </summary>
internal static class DelayMoment
{
    public static bool IsOver(SpooledDelivery delivery, FailedAttempt attempt, TimeSpan limit) =>
        Whole(attempt.Started) + Whole(attempt.Duration) - Whole(delivery.QueuedAt ?? delivery.CreatedAt) >= limit;

    /// <param name="before">The recorded attempts of the delivery.</param>
    public static bool IsFirst(SpooledDelivery delivery, FailedAttempt attempt, IReadOnlyList<FailedAttempt> before, TimeSpan limit) =>
        !before.Any(earlier => Whole(earlier.Started) < Whole(attempt.Started) && IsOver(delivery, earlier, limit));

    /// <summary>Whole milliseconds, as they are stored: the same attempt gives the same answer before and after it is read back.</summary>
    private static DateTimeOffset Whole(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    private static TimeSpan Whole(TimeSpan time) => TimeSpan.FromMilliseconds((long)time.TotalMilliseconds);
}
