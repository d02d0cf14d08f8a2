using System.Buffers;
using System.Text;
using System.Text.Json;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Text;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Delivery.Webhook.Json;

/// <summary>
/// Writes the large values of a payload in pieces, so that the JSON writer never asks for one buffer as large as the value.
/// </summary>
internal static class JsonPieces
{
    /// <summary>Octets of a piece.</summary>
    private const int PieceSize = 16 * 1024;

    /// <param name="body">
    /// The buffer of <paramref name="json"/>. The text is written to it directly,
    /// because the writer is slow when every line needs escaping.
    /// </param>
    public static void WriteText(this Utf8JsonWriter json, BodyBuffer body, ReadOnlySpan<byte> name, string? text) =>
        json.WriteText(body, name, text is null ? default(ReadOnlyMemory<char>?) : text.AsMemory());

    public static void WriteText(this Utf8JsonWriter json, BodyBuffer body, ReadOnlySpan<byte> name, ReadOnlyMemory<char>? text)
    {
        if (text is not { } known)
        {
            json.WriteNull(name);
            return;
        }
        json.OpenText(name);
        JsonEscaping.Write(body, known.Span);
        body.Write("\""u8);
    }

    /// <summary>Octets as text. Octets that are not UTF-8 are replaced; a format that needs them uses base64.</summary>
    public static void WriteText(this Utf8JsonWriter json, BodyBuffer body, ReadOnlySpan<byte> name, MailContent octets)
    {
        json.OpenText(name);
        var piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        var text = ArrayPool<char>.Shared.Rent(PieceSize + 1);
        try
        {
            // The decoder keeps the beginning of a character that continues in the next piece.
            var decoder = Encoding.UTF8.GetDecoder();
            var offset = 0L;
            for (int count; (count = octets.Read(offset, piece.AsSpan(0, PieceSize))) > 0; offset += count)
                JsonEscaping.Write(body, text.AsSpan(0, decoder.GetChars(piece.AsSpan(0, count), text, flush: false)));
            JsonEscaping.Write(body, text.AsSpan(0, decoder.GetChars([], text, flush: true)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
            ArrayPool<char>.Shared.Return(text);
        }
        body.Write("\""u8);
    }

    /// <summary>Octets as base64.</summary>
    public static void WriteBase64(this Utf8JsonWriter json, ReadOnlySpan<byte> name, MailContent octets)
    {
        json.WritePropertyName(name);
        var piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            var offset = 0L;
            for (int count; (count = octets.Read(offset, piece.AsSpan(0, PieceSize))) > 0; offset += count)
                json.WriteBase64StringSegment(piece.AsSpan(0, count), isFinalSegment: false);
            json.WriteBase64StringSegment([], isFinalSegment: true);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    /// <summary>The decoded octets as base64.</summary>
    public static void WriteContent(this Utf8JsonWriter json, ReadOnlySpan<byte> name, MimeAttachment attachment)
    {
        json.WritePropertyName(name);
        json.WriteContent(attachment);
    }

    /// <summary>The decoded octets as base64; the caller has written the property's name.</summary>
    public static void WriteContent(this Utf8JsonWriter json, MimeAttachment attachment)
    {
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
        Span<byte> text = stackalloc byte[TimeText.Length];
        TimeText.Write(time, text);
        json.WriteString(name, text);
    }

    /// <summary>
    /// The writer takes the opening quote for the whole value, and after the flush it holds nothing back. So what is written to the buffer
    /// next follows directly, and what the writer writes later follows that.
    /// </summary>
    private static void OpenText(this Utf8JsonWriter json, ReadOnlySpan<byte> name)
    {
        json.WritePropertyName(name);
        json.WriteRawValue("\""u8, skipInputValidation: true);
        json.Flush();
    }
}
