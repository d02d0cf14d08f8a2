using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using InboundBridge.MailFlow.Delivery.Webhook.Json;
using InboundBridge.MailFlow.Text;
using InboundBridge.Text;

namespace InboundBridge.MailFlow.Delivery.Webhook.Transforming;

/// <summary>
/// What a transform returned, checked: <c>{ body, headers?, url?, skip? }</c>. Texts in it may come from the mail, so nothing in it may end
/// a header, begin another request, or take more room than a request should.
/// </summary>
internal sealed record TransformedRequest
{
    private const string Json = "application/json";
    private const string PlainText = "text/plain; charset=utf-8";
    private const string ContentTypeName = "Content-Type";

    private static readonly string[] Keys = ["body", "headers", "url", "skip"];

    /// <summary>The script wants this mail not to be sent. Everything else is empty then.</summary>
    public bool Skips { get; private init; }

    /// <summary>Null: the delivery's own.</summary>
    public Uri? Url { get; private init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; private init; } = [];

    public string ContentType { get; private init; } = Json;

    public byte[] Body { get; private init; } = [];

    /// <summary>Reads the value that the script returned.</summary>
    /// <exception cref="FormatException">It can't be sent; the message says what is wrong with it.</exception>
    public static TransformedRequest Read(JsonNode? value, TransformLimits limits)
    {
        if (value is not JsonObject result)
            throw new FormatException("transform() returned no object: { body, headers, url } or { skip: true }");
        if (result.FirstOrDefault(entry => !Keys.Contains(entry.Key, StringComparer.Ordinal)) is { Key: { } unknown })
            throw new FormatException($"transform() returned \"{Shown(unknown)}\": it returns {string.Join(", ", Keys)}");
        if (IsTrue(result["skip"]))
            return new TransformedRequest { Skips = true };
        var headers = ReadHeaders(result["headers"], limits);
        var (body, contentType) = ReadBody(result["body"], limits);
        return new TransformedRequest
        {
            Url = ReadUrl(result["url"], limits),
            Headers = [.. headers.Where(header => !IsContentType(header))],
            ContentType = headers.Where(IsContentType).Select(header => header.Value).FirstOrDefault(contentType),
            Body = body,
        };
    }

    private static bool IsContentType(KeyValuePair<string, string> header) =>
        header.Key.Equals(ContentTypeName, StringComparison.OrdinalIgnoreCase);

    private static bool IsTrue(JsonNode? skip) => skip?.GetValueKind() switch
    {
        null or JsonValueKind.False => false,
        JsonValueKind.True => true,
        _ => throw new FormatException("skip is true or false"),
    };

    private static (byte[] Octets, string ContentType) ReadBody(JsonNode? body, TransformLimits limits)
    {
        var (octets, contentType) = body?.GetValueKind() switch
        {
            JsonValueKind.Object or JsonValueKind.Array => (JsonText.Octets(body), Json),
            JsonValueKind.String => (Encoding.UTF8.GetBytes(body.GetValue<string>()), PlainText),
            null => throw new FormatException("transform() returned no body: an object is sent as JSON, a string as it is"),
            _ => throw new FormatException("body is an object, a list or a string"),
        };
        return octets.Length <= limits.Body
            ? (octets, contentType)
            : throw new FormatException($"the body has {octets.Length} octets, and {limits.Body} are allowed");
    }

    private static List<KeyValuePair<string, string>> ReadHeaders(JsonNode? node, TransformLimits limits)
    {
        if (node is null)
            return [];
        if (node is not JsonObject given)
            throw new FormatException("headers is an object of names and values");
        var headers = new List<KeyValuePair<string, string>>(given.Count);
        var octets = 0;
        foreach (var (name, value) in given)
        {
            if (value is null)
                continue;
            var text = OneLineText.Of(TextOf(name, value));
            if (HeaderFields.NameProblem(name) is { } problem)
                throw new FormatException($"headers: {problem}");
            if (headers.Exists(known => known.Key.Equals(name, StringComparison.OrdinalIgnoreCase)))
                throw new FormatException($"headers: {name} is there twice");
            headers.Add(new(name, text));
            octets += name.Length + Encoding.UTF8.GetByteCount(text) + ": \r\n".Length;
            if (headers.Count > limits.Headers || octets > limits.HeaderOctets)
                throw new FormatException($"headers: more than {limits.Headers}, or more than {limits.HeaderOctets} octets together");
        }
        return headers;
    }

    private static string TextOf(string name, JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.ToJsonString(),
        _ => throw new FormatException($"headers: the value of {Shown(name)} is no text"),
    };

    private static Uri? ReadUrl(JsonNode? node, TransformLimits limits)
    {
        if (node is null)
            return null;
        if (node.GetValueKind() != JsonValueKind.String)
            throw new FormatException("url is no text");
        var text = node.GetValue<string>();
        if (text.Length > limits.Url)
            throw new FormatException($"the URL has {text.Length} characters, and {limits.Url} are allowed");
        // encodeURIComponent does not encode dots, so a value of the mail may have made a segment "..".
        if (text.Any(char.IsControl) || !WebhookUrl.TryParse(UrlFilling.WithoutDotSegments(text), out var url, out var problem))
            throw new FormatException("the URL is not an absolute http or https URL");
        if (url!.UserInfo.Length > 0)
            throw new FormatException("the URL names a user: credentials belong into the configuration's auth");
        return url;
    }

    /// <summary>A name may come from the mail.</summary>
    private static string Shown(string text) => OneLineText.Of(CutText.ThenEllipsis(text, 40));
}
