using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Traffic;

namespace InboundBridge.Ui.Pages.Destinations;

/// <param name="Hours">The attempts of the last hour, by destination.</param>
public sealed record DestinationListModel(
    IReadOnlyList<DestinationStatus> Items, IReadOnlyDictionary<string, DestinationHour> Hours)
{
    /// <summary>What the last failure said, by destination, of those that have one.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public DestinationHour HourOf(string name) => Hours.GetValueOrDefault(name) ?? DestinationHour.Nothing;
}

/// <param name="Failures">Its latest deliveries that wait for another try, or died.</param>
/// <param name="Ages">How long its mail has waited; null where none waits.</param>
/// <param name="Test">The outcome of a test that was just made; null without one.</param>
public sealed record DestinationModel(
    DestinationStatus Status, DestinationHour Hour, IReadOnlyList<SpooledDelivery> Failures, WaitingAges? Ages, TestText? Test);

public sealed record TestText(bool IsGood, string Answer);
