namespace InboundBridge.MailFlow.Queue.Destinations;

/// <summary>The time that a destination has for an answer while the sender waits.</summary>
/// <param name="Began">A timestamp of <paramref name="Clock"/>.</param>
public sealed record AskTime(TimeProvider Clock, long Began, TimeSpan Whole)
{
    public static AskTime From(TimeProvider clock, TimeSpan whole) => new(clock, clock.GetTimestamp(), whole);

    /// <summary>Zero or less when it is over.</summary>
    public TimeSpan Left => Whole - Clock.GetElapsedTime(Began);
}
