using System.Buffers;
using System.Globalization;
using System.Text.Json;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats;

/// <summary>Writes the larger values of a payload piece by piece, so that the writer never asks for one buffer as large as the value.</summary>
internal static class JsonPieces
{
    /// <summary>Characters or octets at once; a character costs up to six octets of JSON.</summary>
    private const int PieceSize = 16 * 1024;

    public static void WriteText(this Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (text is null || text.Length <= PieceSize)
        {
            json.WriteString(name, text);
            return;
        }
        json.WritePropertyName(name);
        for (var rest = text.AsSpan(); ;)
        {
            if (rest.Length <= PieceSize)
            {
                json.WriteStringValueSegment(rest, isFinalSegment: true);
                return;
            }
            json.WriteStringValueSegment(rest[..PieceSize], isFinalSegment: false);
            rest = rest[PieceSize..];
        }
    }

    /// <summary>The decoded octets as base64.</summary>
    public static void WriteContent(this Utf8JsonWriter json, ReadOnlySpan<byte> name, MimeAttachment attachment)
    {
        json.WritePropertyName(name);
        var chunk = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            using var content = attachment.OpenContent();
            for (int count; (count = content.Read(chunk, 0, PieceSize)) > 0;)
                json.WriteBase64StringSegment(chunk.AsSpan(0, count), isFinalSegment: false);
            json.WriteBase64StringSegment([], isFinalSegment: true);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    public static void WriteStrings(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    /// <summary>UTC with milliseconds.</summary>
    public static void WriteTime(this Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset time)
    {
        Span<char> text = stackalloc char[32];
        time.UtcDateTime.TryFormat(text, out var length, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        json.WriteString(name, text[..length]);
    }
}
