using System.Globalization;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery.Webhook.Requests;

/// <summary>A request as it would go out.</summary>
/// <param name="Url">Without the user, which is sent as Authorization; null when the request can't be made.</param>
/// <param name="Headers">Every header on the wire, in order.</param>
/// <param name="Problem">Why it can't be made: the delivery would fail; null when it can.</param>
/// <param name="SkipReason">Why nothing would be sent, and the delivery would end as delivered; null when a request would be sent.</param>
public sealed record WebhookPreview(
    string Method, string? Url, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body, string? Problem = null,
    string? SkipReason = null)
{
    private string? _shownUrl;
    private HashSet<string> _credentials = new(StringComparer.OrdinalIgnoreCase);

    internal static WebhookPreview Impossible(string problem) => new("POST", null, [], default, problem);

    internal static WebhookPreview Skipped(string reason) => new("POST", null, [], default, SkipReason: reason);

    /// <summary>
    /// The same without credentials: Authorization, the configured headers and the
    /// values in the query of the configured URL are blotted out.
    /// </summary>
    public WebhookPreview WithoutCredentials() => this with
    {
        Url = _shownUrl,
        Headers =
        [
            .. Headers.Select(header => _credentials.Contains(header.Key) ? KeyValuePair.Create(header.Key, ShownOptions.Blot) : header),
        ],
    };

    internal static string Text(Uri url) => url.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped);

    internal static WebhookPreview Of(HttpRequestMessage request, MailContent body, string shownUrl, IEnumerable<string> credentials)
    {
        var url = request.RequestUri!;
        var octets = new byte[body.Length];
        var read = 0;
        while (read < octets.Length && body.Read(read, octets.AsSpan(read)) is > 0 and var count)
            read += count;
        var host = url.IsDefaultPort ? url.IdnHost : string.Create(CultureInfo.InvariantCulture, $"{url.IdnHost}:{url.Port}");
        List<KeyValuePair<string, string>> headers = [new("Host", host)];
        // Not validated: the values as they were given, not as a parser would write them.
        foreach (var (name, values) in request.Headers.NonValidated)
            headers.AddRange(values.Select(value => KeyValuePair.Create(name, value)));
        foreach (var (name, values) in request.Content!.Headers.NonValidated)
            headers.AddRange(values.Select(value => KeyValuePair.Create(name, value)));
        if (!headers.Exists(header => header.Key == "Content-Length"))
            headers.Add(new("Content-Length", octets.Length.ToString(CultureInfo.InvariantCulture)));
        return new WebhookPreview(request.Method.Method, Text(url), headers, octets)
        {
            _shownUrl = shownUrl,
            _credentials = new HashSet<string>(credentials, StringComparer.OrdinalIgnoreCase),
        };
    }
}
