using System.Buffers;
using System.Text.Json;
using InboundBridge.Mime.Headers;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats;

/// <summary>A header's fields as arrays of name and value. Nearly every field goes from its octets to the payload at once, and is never a string.</summary>
internal static class FieldJson
{
    /// <summary>Octets of a name and a value; what is longer goes the way of strings.</summary>
    private const int Longest = 1024;

    private const int Punctuation = 7;

    public static void Write(Utf8JsonWriter json, IReadOnlyList<HeaderField> fields)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Longest + (Longest * JsonEscaping.LongestEscape) + Punctuation);
        var unfolded = buffer.AsSpan(0, Longest);
        var room = buffer.AsSpan(Longest);
        for (var index = 0; index < fields.Count; index++)
        {
            var field = fields[index];
            if (field.TryGetPlain(unfolded, out var name, out var value) && name.Length + value.Length <= Longest)
                json.WriteRawValue(room[..Write(room, name, value)], skipInputValidation: true);
            else
                Write(json, field);
        }
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private static void Write(Utf8JsonWriter json, HeaderField field)
    {
        json.WriteStartArray();
        json.WriteStringValue(field.Name);
        json.WriteStringValue(field.Value);
        json.WriteEndArray();
    }

    private static int Write(Span<byte> room, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        "[\""u8.CopyTo(room);
        var used = 2;
        used += JsonEscaping.Write(room[used..], name);
        "\",\""u8.CopyTo(room[used..]);
        used += 3;
        used += JsonEscaping.Write(room[used..], value);
        "\"]"u8.CopyTo(room[used..]);
        return used + 2;
    }
}
