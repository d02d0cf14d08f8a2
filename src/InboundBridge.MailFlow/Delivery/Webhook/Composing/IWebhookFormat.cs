namespace InboundBridge.MailFlow.Delivery.Webhook.Composing;

/// <summary>How a mail becomes a request body. Stateless; called concurrently. Adding one: a file here and a line in <c>WebhookFormats</c>.</summary>
internal interface IWebhookFormat
{
    /// <summary>The value of the option <c>format</c>.</summary>
    string Name { get; }

    /// <summary>What the vendor's answers mean and when it tries again.</summary>
    FormatDefaults Defaults { get; }

    /// <summary>False where it reads no more than the header, and passes the octets on as they are.</summary>
    bool ReadsParts => true;

    /// <exception cref="IOException">The mail can't be read, or a large body can't be put aside: temporary.</exception>
    WebhookContent Compose(WebhookMail mail);
}
