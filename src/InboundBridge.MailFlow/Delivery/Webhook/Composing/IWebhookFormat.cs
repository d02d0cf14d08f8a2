namespace InboundBridge.MailFlow.Delivery.Webhook.Composing;

/// <summary>
/// Turns a mail into a request body. Stateless and called concurrently. A new format is a file below Formats and a line in
/// <c>WebhookFormats</c>.
/// </summary>
internal interface IWebhookFormat
{
    /// <summary>The value of the option <c>format</c>.</summary>
    string Name { get; }

    /// <summary>The meaning of statuses, the retry schedule and the credential of the vendor.</summary>
    FormatDefaults Defaults { get; }

    /// <summary>False when the format parses the header at most and sends the octets unchanged.</summary>
    bool ReadsParts => true;

    /// <exception cref="IOException">
    /// The mail can't be read, or a large body can't be written to its temporary file. The attempt is repeated.
    /// </exception>
    WebhookContent Compose(WebhookMail mail);
}
