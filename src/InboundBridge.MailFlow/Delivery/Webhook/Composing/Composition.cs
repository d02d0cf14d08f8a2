using InboundBridge.MailFlow.Delivery.Webhook.Forms;

namespace InboundBridge.MailFlow.Delivery.Webhook.Composing;

/// <summary>Composes a body, and returns its memory if that fails half-way.</summary>
internal static class Composition
{
    public static WebhookContent UrlEncoded(WebhookMail mail, Action<UrlEncodedForm> write) =>
        Compose(mail, body =>
        {
            write(new UrlEncodedForm(body));
            return UrlEncodedForm.ContentType;
        });

    public static WebhookContent Multipart(WebhookMail mail, Action<MultipartForm> write) =>
        Compose(mail, body =>
        {
            var form = new MultipartForm(body, $"----{mail.Nonce("boundary", 32)}");
            write(form);
            form.End();
            return form.ContentType;
        });

    /// <param name="write">Fills the body and returns its content type.</param>
    public static WebhookContent Compose(WebhookMail mail, Func<BodyBuffer, string> write)
    {
        var body = mail.NewBody();
        try
        {
            return new WebhookContent(body, write(body));
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }
}
