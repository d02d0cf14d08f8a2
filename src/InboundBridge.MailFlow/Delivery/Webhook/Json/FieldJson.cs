using InboundBridge.Mime.Headers;

namespace InboundBridge.MailFlow.Delivery.Webhook.Json;

/// <summary>A header's fields as arrays of name and value. Nearly every field goes from its octets to the payload at once, and is never a string.</summary>
internal static class FieldJson
{
    /// <summary>Octets of a folded value; a longer one goes the way of strings.</summary>
    private const int Longest = 1024;

    public static void Write(PayloadJson json, IReadOnlyList<HeaderField> fields)
    {
        Span<byte> unfolded = stackalloc byte[Longest];
        json.OpenArray("headers"u8);
        for (var index = 0; index < fields.Count; index++)
        {
            var field = fields[index];
            if (field.TryGetPlain(unfolded, out var name, out var value))
                json.Field(name, value);
            else
                Write(json, field);
        }
        json.CloseArray();
    }

    private static void Write(PayloadJson json, HeaderField field)
    {
        json.OpenArray();
        json.String(default, field.Name);
        json.String(default, field.Value);
        json.CloseArray();
    }
}
