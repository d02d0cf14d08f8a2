using System.Text.Encodings.Web;
using System.Text.Json;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats;

/// <summary>The native format: everything known of the mail, in one JSON object. Keys are always all there, null where there is nothing.</summary>
internal sealed class JsonFormat : IWebhookFormat
{
    /// <summary>The body is application/json, never HTML: only what JSON demands is escaped.</summary>
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Name => "json";

    public FormatDefaults Defaults => FormatDefaults.Native;

    public WebhookContent Compose(WebhookMail mail) => Composition.Compose(mail, body =>
    {
        using var json = new PayloadJson(body);
        json.OpenObject();
        json.String("type"u8, "mail.received");
        json.Time("timestamp"u8, mail.Message.ReceivedAt);
        MailJson.Write(json, "data"u8, mail);
        json.CloseObject();
        return "application/json";
    });
}
