using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Ui.Text;

/// <summary>
/// When an open delivery is tried next, and what it waits for. Its schedule alone does not tell: a destination may be paused, collected on
/// demand, or left alone because it does not answer.
/// </summary>
/// <param name="At">Null where no time is known, or it is now.</param>
/// <param name="Words">What it waits for; null where only its time has to come.</param>
public sealed record NextTry(DateTimeOffset? At, string? Words)
{
    /// <param name="destinations">All that are configured.</param>
    internal static NextTry Of(SpooledDelivery delivery, IReadOnlyList<DestinationStatus> destinations, DateTimeOffset now)
    {
        var due = delivery.NextAttemptAt;
        return destinations.FirstOrDefault(each => each.Name == delivery.Destination) switch
        {
            null => new NextTry(null, "when its destination is configured again"),
            { PauseReason: not null } => new NextTry(null, "after a resume: paused"),
            { OnDemand: true } => new NextTry(null, "when it is collected"),
            { Up: false, Circuits: [var circuit, ..] } when due < circuit.Until =>
                circuit.Until > now ? new NextTry(circuit.Until, "if a probe is answered") : new NextTry(null, "after the probe under way"),
            _ => due > now ? new NextTry(due, null) : new NextTry(null, "due now"),
        };
    }
}
