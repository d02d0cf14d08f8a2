using InboundBridge.Operations.Deliveries;

namespace InboundBridge.Api.Json;

internal sealed record DeliveryInFullJson(DeliveryJson Delivery, IEnumerable<AttemptJson> FailedAttempts)
{
    public static DeliveryInFullJson Of(DeliveryRecord record) =>
        new(DeliveryJson.Of(record.Delivery), record.FailedAttempts.Select(AttemptJson.Of));
}
