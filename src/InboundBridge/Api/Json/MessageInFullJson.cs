using System.ComponentModel;
using System.Text.Json.Nodes;
using InboundBridge.Operations.Messages;

namespace InboundBridge.Api.Json;

internal sealed record MessageInFullJson(
    string Id,
    DateTimeOffset ReceivedAt,
    EnvelopeJson Envelope,
    string? Subject,
    long Size,
    [property: Description("Null when the message is erased.")] string? Sha256,
    bool Erased,
    string ConfigVersion,
    JsonObject? Authentication,
    IEnumerable<DeliveryJson> Deliveries)
{
    public static MessageInFullJson Of(MessageRecord record)
    {
        var message = record.Message;
        return new MessageInFullJson(
            message.Id,
            message.ReceivedAt,
            EnvelopeJson.Of(message.Envelope),
            message.Subject,
            message.Size,
            message.IsErased ? null : message.Sha256,
            message.IsErased,
            message.ConfigVersion,
            message.AuthenticationJson is { } json ? JsonNode.Parse(json)?.AsObject() : null,
            record.Deliveries.Select(DeliveryJson.Of));
    }
}
