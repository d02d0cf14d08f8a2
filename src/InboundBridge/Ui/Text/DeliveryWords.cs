using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Ui.Text;

/// <summary>The words for the states of deliveries, which are the API's.</summary>
internal static class DeliveryWords
{
    public static readonly IReadOnlyList<string> States = [.. Enum.GetValues<DeliveryState>().Select(Of)];

    public static string Of(DeliveryState state) => state.ToString().ToLowerInvariant();

    /// <summary>Where a delivery goes; a held one, or the record of a refusal, may have no destination.</summary>
    public static string Destination(SpooledDelivery delivery) => delivery switch
    {
        { Destination.Length: > 0 } => delivery.Destination,
        { HoldReason: not null } => "held, no destination",
        _ => "refused, no destination",
    };
}
