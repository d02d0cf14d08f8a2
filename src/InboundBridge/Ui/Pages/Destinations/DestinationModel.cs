using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Traffic;

namespace InboundBridge.Ui.Pages.Destinations;

/// <param name="Hours">The attempts of the last hour, by destination.</param>
public sealed record DestinationListModel(
    IReadOnlyList<DestinationStatus> Items, IReadOnlyDictionary<string, DestinationHour> Hours)
{
    public DestinationHour HourOf(string name) => Hours.GetValueOrDefault(name) ?? DestinationHour.Nothing;
}

/// <param name="Failures">Its latest deliveries that wait for another try, or died.</param>
/// <param name="Test">The outcome of a test that was just made; null without one.</param>
public sealed record DestinationModel(
    DestinationStatus Status, DestinationHour Hour, IReadOnlyList<SpooledDelivery> Failures, TestText? Test);

public sealed record TestText(bool IsGood, string Answer);
