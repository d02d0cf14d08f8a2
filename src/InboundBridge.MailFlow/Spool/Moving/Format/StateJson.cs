using System.Text.Json;
using System.Text.Json.Serialization;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Spool.Moving.Format;

/// <summary>States by their names, as in the API.</summary>
internal sealed class StateJson : JsonConverter<DeliveryState>
{
    public override DeliveryState Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        foreach (var state in Enum.GetValues<DeliveryState>())
        {
            if (Name(state) == text)
                return state;
        }
        throw new JsonException("no state of a delivery");
    }

    public override void Write(Utf8JsonWriter writer, DeliveryState value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Name(value));

    private static string Name(DeliveryState state) => state switch
    {
        DeliveryState.Pending => "pending",
        DeliveryState.Retrying => "retrying",
        DeliveryState.Delivered => "delivered",
        DeliveryState.Dead => "dead",
        DeliveryState.Held => "held",
        DeliveryState.Cancelled => "cancelled",
        _ => throw new JsonException("no state of a delivery"),
    };
}
