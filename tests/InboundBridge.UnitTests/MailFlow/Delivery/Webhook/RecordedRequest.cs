using System.Net.Http.Headers;
using System.Text;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook;

/// <summary>A request as it would have been sent.</summary>
internal sealed record RecordedRequest(HttpMethod Method, Uri Url, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body)
{
    public string? Header(string name) =>
        Headers.Where(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value)
            .FirstOrDefault();

    public string Text => Encoding.UTF8.GetString(Body);

    public static async Task<RecordedRequest> FromAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        return new RecordedRequest(request.Method, request.RequestUri!, [.. All(request.Headers), .. All(request.Content?.Headers)], body);
    }

    private static IEnumerable<KeyValuePair<string, string>> All(HttpHeaders? headers) =>
        headers is null
            ? [] : headers.NonValidated.SelectMany(header => header.Value.Select(value => KeyValuePair.Create(header.Key, value)));
}
