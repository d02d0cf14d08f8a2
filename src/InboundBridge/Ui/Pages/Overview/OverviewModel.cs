using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Messages;
using InboundBridge.Operations.Status;
using InboundBridge.Operations.Traffic;

namespace InboundBridge.Ui.Pages.Overview;

/// <summary>Whether mail comes in and gets out, and what is stuck and why.</summary>
/// <param name="Failures">The latest deliveries that wait for another try, or died.</param>
/// <param name="Latest">The newest messages.</param>
/// <param name="Reloaded">When the configuration was last reloaded, or a reload was refused; null before the first.</param>
public sealed record OverviewModel(
    Statistics Statistics, TrafficHour Hour, IReadOnlyList<DestinationStatus> Destinations, IReadOnlyList<Attention> Attention,
    IReadOnlyList<SpooledDelivery> Failures, IReadOnlyList<MessageSummary> Latest, DateTimeOffset? Reloaded)
{
    /// <summary>When the oldest delivery that is not finished was made; null when none waits.</summary>
    public DateTimeOffset? Oldest => Destinations.Select(each => each.OldestOpen).Where(each => each is not null).Min();

    public long Count(DeliveryState state) => Statistics.Totals.Deliveries.Where(each => each.State == state).Sum(each => each.Count);
}

/// <summary>Something that needs a person.</summary>
/// <param name="IsBad">It keeps mail from coming in or getting out now.</param>
/// <param name="Href">Where to look.</param>
public sealed record Attention(string Text, bool IsBad, string Href);
