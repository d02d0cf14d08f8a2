using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Api.Json;

internal sealed record DeliveryJson(
    string Id,
    string MessageId,
    string Destination,
    string State,
    IEnumerable<string> Recipients,
    string? Rule,
    IReadOnlyList<string> Tags,
    IReadOnlyDictionary<string, string> Vars,
    string? HoldReason,
    bool IsReplay,
    int Attempts,
    DateTimeOffset CreatedAt,
    DateTimeOffset? NextAttemptAt,
    string? LastReply)
{
    public static DeliveryJson Of(SpooledDelivery delivery) => new(
        delivery.Id,
        delivery.MessageId,
        delivery.Destination,
        ApiJson.State(delivery.State),
        delivery.Recipients.Select(recipient => recipient.Address),
        delivery.Rule,
        delivery.Tags,
        delivery.Vars,
        delivery.State == DeliveryState.Held ? delivery.HoldReason : null,
        delivery.IsReplay,
        delivery.Attempts,
        delivery.CreatedAt,
        delivery.State is DeliveryState.Pending or DeliveryState.Retrying ? delivery.NextAttemptAt : null,
        delivery.LastReply?.Text);
}
