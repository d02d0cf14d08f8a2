using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Api.Json;

internal sealed record ReplayJson(bool DryRun, int Deliveries, IEnumerable<PlannedDeliveryJson> Items, IReadOnlyList<string> Refusals)
{
    public static ReplayJson Of(bool dryRun, int count, IEnumerable<SpooledDelivery> deliveries, IReadOnlyList<string> refusals) =>
        new(dryRun, count, deliveries.Select(PlannedDeliveryJson.Of), refusals);
}

internal sealed record PlannedDeliveryJson(string Destination, IEnumerable<string> Recipients, string? Rule, string? HoldReason)
{
    public static PlannedDeliveryJson Of(SpooledDelivery delivery) =>
        new(delivery.Destination, delivery.Recipients.Select(recipient => recipient.Address), delivery.Rule, delivery.HoldReason);
}
