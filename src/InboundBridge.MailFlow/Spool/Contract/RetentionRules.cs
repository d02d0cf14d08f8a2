namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>
/// Decides which messages retention removes, for every store alike. A store finds the messages and carries the verdicts out.
/// </summary>
public sealed class RetentionRules(SpoolOptions options, DateTimeOffset now)
{
    /// <summary>Every verdict on a message that was received after this is <see cref="RetentionVerdict.Keep"/>.</summary>
    public DateTimeOffset Horizon => now - (options.RetainBodies ? Min(options.RetainDelivered, options.RetainDead) : TimeSpan.Zero);

    /// <summary>While one delivery is open or held the message stays, however old it is.</summary>
    public RetentionVerdict Judge(in MessageFate message)
    {
        if (message.IsOpen)
            return RetentionVerdict.Keep;
        var ended = message.LastEnd ?? message.ReceivedAt;
        if (ended + (message.EndedBadly ? options.RetainDead : options.RetainDelivered) <= now)
            return RetentionVerdict.Remove;
        return !options.RetainBodies && !message.EndedBadly && message.HasOctets ? RetentionVerdict.DropOctets : RetentionVerdict.Keep;
    }

    /// <summary>
    /// What the transaction does that records the last open delivery of a message as delivered, when all others were delivered before.
    /// Saves a pass of retention where nothing is to be kept.
    /// </summary>
    public static RetentionVerdict AtLastDelivery(SpoolOptions options)
    {
        if (options.RetainDelivered == TimeSpan.Zero)
            return RetentionVerdict.Remove;
        return options.RetainBodies ? RetentionVerdict.Keep : RetentionVerdict.DropOctets;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
