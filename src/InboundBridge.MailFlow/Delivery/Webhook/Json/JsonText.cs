using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace InboundBridge.MailFlow.Delivery.Webhook.Json;

/// <summary>Writes small JSON documents: the text of a form field, and what a transform returned.</summary>
internal static class JsonText
{
    /// <summary>The output is application/json, never HTML, so only the characters that JSON itself requires are escaped.</summary>
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Action<Utf8JsonWriter> write) => Encoding.UTF8.GetString(Octets(write).WrittenSpan);

    public static byte[] Octets(JsonNode node) => Octets(json => node.WriteTo(json)).WrittenSpan.ToArray();

    private static ArrayBufferWriter<byte> Octets(Action<Utf8JsonWriter> write)
    {
        var octets = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(octets, WriterOptions))
            write(json);
        return octets;
    }
}
