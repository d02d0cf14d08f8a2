namespace InboundBridge.MailFlow.Queue.Outcomes;

/// <summary>
/// When to look at a delivery again that waits to be collected: at the age at which its sender hears of the delay, and at the age at which
/// it is given up.
/// </summary>
internal static class OnDemandWait
{
    /// <summary>What such a delivery says of itself from the notice on.</summary>
    public const string Text = "waits until its receiver collects it (ATRN)";

    /// <summary>As the longest wait of the default retry schedule: after it, changed limits of the configuration count.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(4);

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    public static TimeSpan From(TimeSpan age, TimeSpan maximumAge, TimeSpan? noticeAfter)
    {
        var wait = maximumAge - age;
        if (noticeAfter - age is { } notice && notice > TimeSpan.Zero && notice < wait)
            wait = notice;
        return wait > Longest ? Longest : wait < Shortest ? Shortest : wait;
    }

    /// <summary>
    /// Whether the sender has to hear of the delay now. What is recorded about it is the delivery's last reply until the next attempt.
    /// </summary>
    public static bool IsNews(AttemptFacts facts) =>
        // Ages are stored in whole milliseconds, so a moment earlier might count as before the limit when it is read back.
        facts.NoticeAfter is { } limit && facts.Age > limit + TimeSpan.FromMilliseconds(1) && facts.Delivery.LastReply?.Text != Text;
}
