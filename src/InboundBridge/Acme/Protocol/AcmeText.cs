using System.Text.Json;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Text;
using InboundBridge.Text;

namespace InboundBridge.Acme.Protocol;

/// <summary>Reads members of an authority's JSON, and shows its texts.</summary>
internal static class AcmeText
{
    public const string NotAnAuthority = "is tls.acme.directory the URL of an ACME directory?";

    /// <summary>Characters of a text from outside that a log line shows.</summary>
    private const int LongestShown = 500;

    /// <summary>What may appear in a message: bounded, without control characters.</summary>
    public static string Shown(string text)
    {
        return OneLineText.Of(CutText.ThenEllipsis(text, LongestShown));
    }

    /// <summary>As <see cref="Shown(string)"/>, without what may be a credential.</summary>
    public static string Shown(Uri url) => Shown(ShownOptions.Url(url.AbsoluteUri));

    /// <summary>Null where the member is missing or is no text.</summary>
    public static string? TextOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    /// <exception cref="AcmeException">The member is no HTTPS URL (RFC 8555 §6.1 demands HTTPS).</exception>
    public static Uri? UrlOf(JsonElement element, string name) => TextOf(element, name) is { } text ? Url(text, name) : null;

    /// <exception cref="AcmeException">The member is missing, or is no HTTPS URL.</exception>
    public static Uri RequiredUrl(JsonElement element, string name) =>
        UrlOf(element, name) ?? throw new AcmeException($"the authority's answer has no '{name}'", NotAnAuthority);

    public static Uri Url(string text, string name) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps ? url
            : throw new AcmeException($"the authority's '{name}' is no https URL: {Shown(text)}");

    /// <exception cref="AcmeException">There are more members than allowed.</exception>
    public static IReadOnlyList<JsonElement> ItemsOf(JsonElement element, string name, int most)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var list)
            || list.ValueKind != JsonValueKind.Array)
            return [];
        return list.GetArrayLength() <= most ? [.. list.EnumerateArray()]
            : throw new AcmeException($"the authority's answer has more than {most} members in '{name}'");
    }
}
