using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Principals;

namespace InboundBridge.Ui.Pages.Deliveries;

/// <summary>Which changes can do something to the deliveries of a filter: a button that changes none is left out.</summary>
internal static class BulkActions
{
    private static readonly DeliveryAction[] InOrder = [DeliveryAction.Retry, DeliveryAction.Release, DeliveryAction.Cancel];

    public static IReadOnlyList<DeliveryAction> For(IReadOnlyCollection<DeliveryTally> tallies) =>
        [.. InOrder.Where(action => tallies.Any(tally => tally.Count > 0 && Changes(action, tally)))];

    /// <summary>As the stores decide it; whether a destination is still configured shows when the operator is asked.</summary>
    private static bool Changes(DeliveryAction action, DeliveryTally tally) => action switch
    {
        DeliveryAction.Retry => DeliveryTransitions.Applies(DeliveryChangeKind.Retry, tally.State) && tally.Destination.Length > 0,
        DeliveryAction.Cancel => DeliveryTransitions.Applies(DeliveryChangeKind.Cancel, tally.State),
        _ => tally.State == DeliveryState.Held || tally is { State: DeliveryState.Dead, Destination.Length: 0 },
    };
}
