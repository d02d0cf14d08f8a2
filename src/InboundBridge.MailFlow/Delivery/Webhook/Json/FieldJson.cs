using InboundBridge.Mime.Headers;

namespace InboundBridge.MailFlow.Delivery.Webhook.Json;

/// <summary>
/// Writes header fields as arrays of name and value. Nearly every field is copied from its octets to the payload without becoming a string.
/// </summary>
internal static class FieldJson
{
    /// <summary>Octets of a folded value that is unfolded on the stack. A longer value becomes a string first.</summary>
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
