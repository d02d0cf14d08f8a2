using System.Buffers;
using System.Text;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime;
using InboundBridge.Mime.Headers;

namespace InboundBridge.MailFlow.Delivery.Webhook.Forms;

/// <summary>multipart/form-data as browsers write it (RFC 7578; names escaped as in the HTML standard).</summary>
/// <param name="boundary">Unpredictable for the author of the mail, so that no content can end its part early.</param>
internal sealed class MultipartForm(IBufferWriter<byte> body, string boundary) : IFormBody
{
    private const int PieceSize = 16 * 1024;

    public string ContentType => $"multipart/form-data; boundary={boundary}";

    public void Field(string name, string value)
    {
        Text($"--{boundary}\r\nContent-Disposition: form-data; name=\"{Escape(name)}\"\r\n\r\n");
        Text(value);
        Text("\r\n");
    }

    public void Field(string name, MailContent octets)
    {
        Text($"--{boundary}\r\nContent-Disposition: form-data; name=\"{Escape(name)}\"\r\n\r\n");
        var offset = 0L;
        for (int count; (count = octets.Read(offset, body.GetSpan(PieceSize))) > 0; offset += count)
            body.Advance(count);
        Text("\r\n");
    }

    /// <summary>
    /// The decoded content as an uploaded file. Its name and type come from the mail; neither can end the line that it is on.
    /// </summary>
    public void File(string name, string fileName, MimeAttachment attachment)
    {
        Text($"--{boundary}\r\nContent-Disposition: form-data; name=\"{Escape(name)}\"; filename=\"{Escape(fileName)}\"\r\n");
        Text($"Content-Type: {MediaTypeText.Of(attachment.ContentType)}\r\n\r\n");
        using var content = attachment.OpenContent();
        for (int count; (count = content.Read(body.GetSpan(PieceSize))) > 0;)
            body.Advance(count);
        Text("\r\n");
    }

    public void End() => Text($"--{boundary}--\r\n");

    private void Text(string text) => Encoding.UTF8.GetBytes(text, body);

    private static string Escape(string name) => name
        .Replace("\"", "%22", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal)
        .Replace("\n", "%0A", StringComparison.Ordinal);
}
