using System.Globalization;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Delivery.Webhook;

/// <summary>A request as it would go out.</summary>
/// <param name="Url">Without a user in it (that becomes Authorization); null when the request can't be made.</param>
/// <param name="Headers">Everything that goes on the wire, in order.</param>
/// <param name="Problem">Why it can't be made: the delivery would fail; null when it can.</param>
public sealed record WebhookPreview(
    string Method, string? Url, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body, string? Problem = null)
{
    internal static WebhookPreview Of(HttpRequestMessage request, MimeSource body)
    {
        var url = request.RequestUri!;
        var octets = new byte[body.Length];
        var read = 0;
        while (read < octets.Length && body.Read(read, octets.AsSpan(read)) is > 0 and var count)
            read += count;
        List<KeyValuePair<string, string>> headers = [new("Host", url.IsDefaultPort ? url.IdnHost : string.Create(CultureInfo.InvariantCulture, $"{url.IdnHost}:{url.Port}"))];
        // Non-validated: the values as they were given, not as a parser would write them.
        foreach (var (name, values) in request.Headers.NonValidated)
            headers.AddRange(values.Select(value => KeyValuePair.Create(name, value)));
        foreach (var (name, values) in request.Content!.Headers.NonValidated)
            headers.AddRange(values.Select(value => KeyValuePair.Create(name, value)));
        if (!headers.Exists(header => header.Key == "Content-Length"))
            headers.Add(new("Content-Length", octets.Length.ToString(CultureInfo.InvariantCulture)));
        return new WebhookPreview(request.Method.Method, url.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped), headers, octets);
    }
}
