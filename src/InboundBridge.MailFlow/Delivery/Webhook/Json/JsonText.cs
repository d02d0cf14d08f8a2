using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace InboundBridge.MailFlow.Delivery.Webhook.Json;

/// <summary>Writes small JSON documents that are the text of a form field.</summary>
internal static class JsonText
{
    /// <summary>The output is application/json, never HTML, so only the characters that JSON itself requires are escaped.</summary>
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Action<Utf8JsonWriter> write)
    {
        var octets = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(octets, WriterOptions))
            write(json);
        return Encoding.UTF8.GetString(octets.WrittenSpan);
    }
}
