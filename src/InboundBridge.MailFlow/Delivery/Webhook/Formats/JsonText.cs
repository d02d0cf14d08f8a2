using System.Buffers;
using System.Text;
using System.Text.Json;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats;

/// <summary>Small JSON documents that stand as text in a field of a form.</summary>
internal static class JsonText
{
    public static string Write(Action<Utf8JsonWriter> write)
    {
        var octets = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(octets, JsonFormat.WriterOptions))
            write(json);
        return Encoding.UTF8.GetString(octets.WrittenSpan);
    }
}
